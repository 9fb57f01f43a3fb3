package io.taskmover.storage.file;

import io.taskmover.storage.backend.Repair.Action;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a repair does. Each thing is copied to the quarantine, and with {@link #save} written down beside the copies, before it
 * is done: so a repair that is cut off leaves nothing that nobody can tell any more. Not thread-safe.
 */
final class RepairReport {
    /** The name of the file in the quarantine that says what its copies are; each line is one thing. */
    static final String LOG = "repair.log";

    private final Disk disk;
    private final StorePaths paths;
    private final Quarantine quarantine;
    private final Instant now;
    private final Set<Action> actions = new LinkedHashSet<>();
    private int saved;

    RepairReport(Disk disk, StorePaths paths, Instant now) {
        this.disk = disk;
        this.paths = paths;
        this.quarantine = new Quarantine(disk, paths);
        this.now = now;
    }

    /** Copies a file of the internals, or of a table; returns where it is now, durably. */
    Path keep(Path file, byte[] bytes) throws IOException {
        Path parent = Objects.requireNonNull(file.getParent());
        String name = EntityFolder.name(file);
        return quarantine.keep(parent.equals(paths.internals()) ? name : EntityFolder.name(parent) + "-" + name, bytes);
    }

    /** Copies what was found in a place of a row; returns where it is now, durably. */
    Path keep(Found found) throws IOException {
        return quarantine.keep(found);
    }

    /** Says what is about to be done. */
    void add(String place, String problem, String done, @Nullable Path kept) {
        actions.add(new Action(place, problem, done, Optional.ofNullable(kept)));
    }

    /** All so far. */
    List<Action> actions() {
        return List.copyOf(actions);
    }

    /** Writes down what was added since; durable on return. */
    void save() throws IOException {
        List<Action> fresh = new ArrayList<>(actions).subList(saved, actions.size());
        if (fresh.isEmpty()) {
            return;
        }
        StringBuilder lines = new StringBuilder();
        fresh.forEach(action -> lines.append(now)
                .append(' ')
                .append(action.toString().replaceAll("\\s*\\R\\s*", " "))
                .append('\n'));
        quarantine.prepare();
        Path log = paths.quarantine().resolve(LOG);
        boolean there = Links.isFile(log);
        try (FileChannel channel = there ? disk.open(log) : disk.create(log)) {
            channel.position(channel.size());
            disk.write(channel, ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8)));
            disk.force(log, channel);
        }
        AtomicFile.forceDirectory(disk, paths.quarantine());
        saved = actions.size();
    }

    /** The copies that there are. */
    Set<Path> kept() throws IOException {
        Set<Path> kept = new TreeSet<>();
        if (Files.isDirectory(paths.quarantine())) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(paths.quarantine())) {
                entries.forEach(kept::add);
            }
        }
        kept.remove(paths.quarantine().resolve(StorePaths.GITIGNORE));
        kept.remove(paths.quarantine().resolve(LOG));
        return kept;
    }
}
