package io.taskmover.storage.testkit.crash;

import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.DiskOperation;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts how often a store began something new, by what it did to its disk. Thread-safe. */
final class Turnovers {
    /** What it began. */
    enum Kind {
        MANIFEST_MADE_COMPACT,
        JOURNAL_SEGMENT_CHANGED,
        HASH_DIRECTORY_MADE,
        SEGMENT_SPLIT,
        SEGMENTS_JOINED,
        SEGMENT_RENUMBERED
    }

    private static final Pattern ID = Pattern.compile("\"id\":\"?([^\",}]+)");
    private static final Pattern HASH_DIRECTORY = Pattern.compile("[0-9a-f]{2}");

    private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);

    private synchronized void add(Kind kind, int count) {
        if (count > 0) {
            counts.merge(kind, count, Integer::sum);
        }
    }

    synchronized void add(Turnovers others) {
        others.counts().forEach(this::add);
    }

    synchronized Map<Kind, Integer> counts() {
        return new EnumMap<>(counts);
    }

    /** Counts what the names of files tell. */
    void look(DiskImage start, List<DiskOperation> log) {
        Set<String> names = new HashSet<>();
        start.files().forEach(path -> names.add(path.substring(path.lastIndexOf('/') + 1)));
        for (DiskOperation operation : log) {
            if (operation instanceof DiskOperation.Remove remove) {
                names.remove(remove.name());
            } else if (operation instanceof DiskOperation.Create create
                    && create.isDirectory()
                    && HASH_DIRECTORY.matcher(create.name()).matches()) {
                add(Kind.HASH_DIRECTORY_MADE, 1);
            } else if (operation instanceof DiskOperation.Rename rename) {
                String name = rename.newName();
                if (name.equals("manifest") && names.contains(name)) {
                    add(Kind.MANIFEST_MADE_COMPACT, 1);
                } else if (name.endsWith(".journal") && names.stream().anyMatch(one -> one.endsWith(".journal"))) {
                    add(Kind.JOURNAL_SEGMENT_CHANGED, 1);
                }
                names.add(name);
            }
        }
    }

    /** Counts what a batch did to the segments of a table's directory. */
    void look(String directory, DiskImage before, DiskImage after) {
        Map<String, byte[]> former = segments(directory, before);
        Map<String, byte[]> now = segments(directory, after);
        Map<String, String> places = new HashMap<>();
        now.forEach((name, bytes) -> ids(bytes).forEach(id -> places.put(id, name)));
        Map<String, Set<String>> sources = new HashMap<>();
        former.forEach((name, bytes) -> {
            Set<String> targets = new HashSet<>();
            for (String id : ids(bytes)) {
                String place = places.get(id);
                if (place != null) {
                    targets.add(place);
                    sources.computeIfAbsent(place, any -> new HashSet<>()).add(name);
                }
            }
            add(Kind.SEGMENT_SPLIT, targets.size() > 1 ? 1 : 0);
            boolean moved = !now.containsKey(name) && now.values().stream().anyMatch(one -> Arrays.equals(one, bytes));
            add(Kind.SEGMENT_RENUMBERED, moved ? 1 : 0);
        });
        sources.values().forEach(names -> add(Kind.SEGMENTS_JOINED, names.size() > 1 ? 1 : 0));
    }

    /** The names of the segments with their content. */
    private static Map<String, byte[]> segments(String directory, DiskImage image) {
        Map<String, byte[]> segments = new HashMap<>();
        for (String file : image.files()) {
            if (file.startsWith(directory + "/") && file.endsWith(".jsonl")) {
                segments.put(file, image.bytes(file));
            }
        }
        return segments;
    }

    private static Set<String> ids(byte[] segment) {
        Set<String> ids = new HashSet<>();
        Matcher matcher = ID.matcher(new String(segment, StandardCharsets.UTF_8));
        while (matcher.find()) {
            ids.add(matcher.group(1));
        }
        return ids;
    }

    @Override
    public String toString() {
        return counts().toString();
    }
}
