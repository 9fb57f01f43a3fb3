package io.taskmover.storage.testkit.disk;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What is durable of a disk after some operations, and what may or may not be. */
final class DurableState {
    private final Map<Long, DurableFile> files = new HashMap<>();
    private final Map<Long, Directory> directories = new HashMap<>();
    private final List<NameChange> pending = new ArrayList<>();

    /** @param latest what programs see */
    private record Directory(Map<String, Long> stable, Map<String, Long> latest) {
        Directory() {
            this(new TreeMap<>(), new TreeMap<>());
        }
    }

    /** A name that leads to a file or directory from now on or, with null, to none. */
    private record Part(
            int number,
            long directory,
            String name,
            @Nullable Long node) {}

    /** A change that is not durable as a whole yet. */
    private static final class NameChange {
        final int operation;
        final List<Part> parts;

        NameChange(int operation, List<Part> parts) {
            this.operation = operation;
            this.parts = new ArrayList<>(parts);
        }

        /** Whether it is a directory's rename, which happens in both directories or in none. */
        boolean whole() {
            return parts.stream().allMatch(part -> part.number == 0);
        }
    }

    DurableState(DiskImage start) {
        AtomicLong numbers = new AtomicLong(start.nextNumber());
        load(Inode.of(start, numbers::getAndIncrement));
    }

    private void load(Inode inode) {
        if (!inode.isDirectory) {
            files.put(inode.number, new DurableFile(inode.content, inode.modified));
            return;
        }
        Directory directory = new Directory();
        directories.put(inode.number, directory);
        inode.entries.forEach((name, inner) -> {
            directory.stable.put(name, inner.number);
            directory.latest.put(name, inner.number);
            load(inner);
        });
    }

    void apply(int number, DiskOperation operation) {
        if (operation instanceof DiskOperation.Write write) {
            file(write.file()).write(number, write, write.time());
        } else if (operation instanceof DiskOperation.Resize resize) {
            file(resize.file()).write(number, resize, resize.time());
        } else if (operation instanceof DiskOperation.Force force) {
            file(force.file()).force(force.metadata());
        } else if (operation instanceof DiskOperation.ForceFailed failed) {
            DurableFile file = files.get(failed.node());
            if (file != null) {
                file.forceFailed();
            }
        } else if (operation instanceof DiskOperation.Create create) {
            if (create.isDirectory()) {
                directories.put(create.node(), new Directory());
            } else {
                files.put(create.node(), new DurableFile(FileContent.EMPTY, create.time()));
            }
            change(number, new Part(0, create.directory(), create.name(), create.node()));
        } else if (operation instanceof DiskOperation.Link link) {
            change(number, new Part(0, link.directory(), link.name(), link.node()));
        } else if (operation instanceof DiskOperation.SetTime set) {
            DurableFile file = files.get(set.node());
            if (file != null) {
                file.setTime(set.time());
            }
        } else if (operation instanceof DiskOperation.Remove remove) {
            change(number, new Part(0, remove.directory(), remove.name(), null));
        } else if (operation instanceof DiskOperation.Rename rename) {
            Long node = Objects.requireNonNull(directory(rename.from()).latest.get(rename.name()));
            change(
                    number,
                    new Part(0, rename.to(), rename.newName(), node),
                    // a directory never has two names: the old one goes when the new one is there
                    new Part(directories.containsKey(node) ? 0 : 1, rename.from(), rename.name(), null));
        } else if (operation instanceof DiskOperation.ForceDirectory force) {
            force(force.directory());
        }
    }

    private DurableFile file(long number) {
        return Objects.requireNonNull(files.get(number));
    }

    private Directory directory(long number) {
        return Objects.requireNonNull(directories.get(number));
    }

    private void change(int operation, Part... parts) {
        for (Part part : parts) {
            set(directory(part.directory).latest, part);
        }
        pending.add(new NameChange(operation, List.of(parts)));
    }

    private static void set(Map<String, Long> names, Part part) {
        if (part.node == null) {
            names.remove(part.name);
        } else {
            names.put(part.name, part.node);
        }
    }

    private void force(long number) {
        for (Iterator<NameChange> changes = pending.iterator(); changes.hasNext(); ) {
            NameChange change = changes.next();
            if (change.parts.stream().noneMatch(part -> part.directory == number)) {
                continue;
            }
            // a file whose old name is durably gone has its new one
            boolean all = change.whole()
                    || change.parts.stream().anyMatch(part -> part.number > 0 && part.directory == number);
            List<Part> durable = new ArrayList<>(change.parts);
            durable.removeIf(part -> !all && part.directory != number);
            for (Part part : durable) {
                set(directory(part.directory).stable, part);
                forget(change, part);
            }
            change.parts.removeAll(durable);
            if (change.parts.isEmpty()) {
                changes.remove();
            }
        }
        pending.removeIf(change -> change.parts.isEmpty());
    }

    /** What was done to a name before it became durable what it leads to does not matter any more. */
    private void forget(NameChange until, Part part) {
        Predicate<Part> same = earlier -> earlier.directory == part.directory && earlier.name.equals(part.name);
        for (NameChange change : pending) {
            if (change == until) {
                break;
            }
            change.parts.removeIf(same);
        }
    }

    /** The operations that are not durable as a whole, in order. */
    List<Integer> pending() {
        List<Integer> operations = new ArrayList<>();
        pending.forEach(change -> operations.add(change.operation));
        files.values().forEach(file -> file.addPending(operations));
        Collections.sort(operations);
        return operations;
    }

    /** What the disk holds if the power goes now. */
    DiskImage image(Loss loss) {
        Map<Long, Map<String, Long>> names = new HashMap<>();
        for (NameChange change : pending) {
            for (Part part : change.parts) {
                if (loss.name(change.operation, part.number)) {
                    set(names.computeIfAbsent(part.directory, d -> new TreeMap<>(directory(d).stable)), part);
                }
            }
        }
        return new DiskImage(image(DiskImage.ROOT, names, loss));
    }

    private DiskImage.Directory image(long number, Map<Long, Map<String, Long>> names, Loss loss) {
        Map<String, DiskImage.Node> entries = new TreeMap<>();
        names.getOrDefault(number, directory(number).stable).forEach((name, node) -> {
            DurableFile file = files.get(node);
            entries.put(name, file == null ? image(node, names, loss) : file.image(node, loss));
        });
        return new DiskImage.Directory(Collections.unmodifiableMap(entries), number);
    }
}
