package io.taskmover.storage.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The backups in a directory that were made of one store by a schedule, and no other files: they are called
 * {@code storage-IIIIIIII-YYYYMMDDTHHMMSSZ.zip}, where the I are digits that differ from store to store.
 */
final class BackupFolder {
    private static final int ID_DIGITS = 8;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);

    private final Path directory;
    private final String prefix;
    private final Pattern name;

    /** @param address what tells the store apart from others */
    BackupFolder(Path directory, String address) {
        MessageDigest digest = Sha256.begin();
        digest.update(address.getBytes(StandardCharsets.UTF_8));
        this.directory = directory;
        this.prefix = "storage-" + Sha256.hex(digest).substring(0, ID_DIGITS) + "-";
        this.name = Pattern.compile(Pattern.quote(prefix) + "(\\d{8}T\\d{6}Z)\\.zip");
    }

    /** A backup, and when it was made by its name. */
    record Made(Path file, Instant at) {}

    /** What a backup is called that is made at a time. */
    Path file(Instant at) {
        return directory.resolve(prefix + TIME.format(LocalDateTime.ofInstant(at, ZoneOffset.UTC)) + ".zip");
    }

    /** Those that are there, the newest first; none if there is no such directory. */
    List<Made> list() throws IOException {
        List<Made> made = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, prefix + "*")) {
                for (Path file : files) {
                    time(file.getFileName().toString())
                            .filter(at -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                            .ifPresent(at -> made.add(new Made(file, at)));
                }
            }
        }
        made.sort(Comparator.comparing(Made::at).reversed());
        return made;
    }

    private Optional<Instant> time(String file) {
        Matcher matcher = name.matcher(file);
        try {
            return matcher.matches()
                    ? Optional.of(LocalDateTime.parse(matcher.group(1), TIME).toInstant(ZoneOffset.UTC))
                    : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /**
     * Those that are not to stay, once a new one is whole.
     *
     * @param now what time it is
     */
    List<Made> surplus(BackupPlan plan, Instant now) throws IOException {
        List<Made> surplus = new ArrayList<>();
        List<Made> all = list();
        for (int i = 1; i < all.size(); i++) {
            if (i >= plan.kept() || isOver(all.get(i), plan.keptFor() == null ? null : now.minus(plan.keptFor()))) {
                surplus.add(all.get(i));
            }
        }
        return surplus;
    }

    private static boolean isOver(Made backup, @Nullable Instant limit) {
        return limit != null && backup.at().isBefore(limit);
    }

    /** Removes what backups that a crash cut off have left. */
    void removeRests() throws IOException {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(directory, PublishedFile.partName(prefix + "*.zip"))) {
            for (Path file : files) {
                PublishedFile.removeRest(file);
            }
        }
    }
}
