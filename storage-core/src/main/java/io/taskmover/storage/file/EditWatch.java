package io.taskmover.storage.file;

import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.file.RowParser.Broken;
import io.taskmover.storage.file.RowParser.Gone;
import io.taskmover.storage.file.RowParser.Parsed;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Notices what people do to the JSON files while the store is open, and has it committed once a file has been left alone
 * for {@link EditKeeper#STABLE_NANOS}. Where the system does not tell of changes it looks at all files every
 * {@link #POLL_NANOS}, less often if looking takes long: at most a twentieth of the time.
 *
 * <p>Rows that are gone are deleted once nothing else happens in their table, and only as far as {@link Deletions}
 * allows. Files are looked into while the {@link Materialiser} is paused, so that nobody else writes them.
 */
final class EditWatch implements AutoCloseable {
    /** How often files are looked at where the system does not tell of changes. */
    static final long POLL_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final int POLL_SHARE = 20;

    private final StorePaths paths;
    private final DirectoryWatch directories;
    private final RowFiles rows;
    private final Materialiser materialiser;
    private final Edits edits;
    private final Deletions deletions;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // guarded by lock
    private final Map<Path, Sighting> suspects = new LinkedHashMap<>();
    private boolean looking;
    private boolean closing;
    /** Rows that are gone from their files and were not deleted, by table, with the files. */
    private final Map<String, Map<Object, Path>> missing = new HashMap<>();

    // used by the thread
    /** Tables of which all files have to be looked at. */
    private final Set<String> unclear = new HashSet<>();

    /** Directories in which something happened before their table was in the checkpoint. */
    private final Set<Path> early = new HashSet<>();

    private final Map<Path, String> byDirectory = new HashMap<>();
    private Map<String, TableSchema> tablesByDirectory = Map.of();
    private String lastProblem = "";
    private long nextSweep;

    EditWatch(
            StorePaths paths,
            DirectoryWatch directories,
            RowFiles rows,
            Materialiser materialiser,
            Edits edits,
            Deletions deletions) {
        this.paths = paths;
        this.directories = directories;
        this.rows = rows;
        this.materialiser = materialiser;
        this.edits = edits;
        this.deletions = deletions;
        this.nextSweep = System.nanoTime() + POLL_NANOS;
        this.thread = Threads.own(this::run, "storage-edits");
    }

    /**
     * A file as it was seen last.
     *
     * @param attributes null if it was gone
     * @param due when it is stable if it does not change again
     */
    private record Sighting(@Nullable BasicFileAttributes attributes, long due) {
        static Sighting of(Path file) throws IOException {
            return new Sighting(Fingerprint.look(file), System.nanoTime() + EditKeeper.STABLE_NANOS);
        }

        boolean isDue() {
            return due - System.nanoTime() <= 0;
        }

        boolean fits(@Nullable BasicFileAttributes now) {
            if (now == null || attributes == null) {
                return now == attributes;
            }
            return now.size() == attributes.size() && Fingerprint.modified(now) == Fingerprint.modified(attributes);
        }
    }

    void start() {
        thread.start();
    }

    // for those who read rows

    /**
     * Whether a file that is not as it was written is going to be taken over; if so, that is begun.
     *
     * @return false if it was looked at, and cannot be
     */
    boolean expects(Path file) {
        lock.lock();
        try {
            if (closing || !thread.isAlive() || isRefused(file)) {
                return false;
            }
            if (!suspects.containsKey(file)) {
                suspects.put(file, Sighting.of(file));
                changed.signalAll();
            }
            return true;
        } catch (IOException e) {
            return false; // reading the row tells why
        } finally {
            lock.unlock();
        }
    }

    private boolean isRefused(Path file) {
        return isMissing(file)
                || edits.refused().values().stream()
                        .anyMatch(bad -> bad.found().file().equals(file));
    }

    private boolean isMissing(Path file) {
        return missing.values().stream().anyMatch(files -> files.containsValue(file));
    }

    /** Waits until nothing is waited for; returns false if that takes longer. */
    boolean awaitQuiet(long nanos) {
        long left = nanos;
        lock.lock();
        try {
            while ((looking || !suspects.isEmpty()) && !closing) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** How many rows' files could not be taken over, or are gone and the rows not deleted. */
    long refused() {
        lock.lock();
        try {
            return edits.refused().size()
                    + missing.values().stream().mapToLong(Map::size).sum();
        } finally {
            lock.unlock();
        }
    }

    // the thread

    private void run() {
        while (!isClosing()) {
            try {
                await();
                if (!directories.isTelling()) {
                    unclear.addAll(materialiser.checkpoint().tables().keySet());
                }
                sweepUnclear();
                lookAtDue();
            } catch (InterruptedException e) {
                // nobody else has this thread to interrupt; if someone does, it goes on
            } catch (IOException | RuntimeException e) {
                if (isClosing()) {
                    return;
                }
                problem(e);
            }
        }
    }

    private void problem(Exception e) {
        String problem = e.toString();
        if (!problem.equals(lastProblem) && !isClosing()) {
            lastProblem = problem;
            Threads.LOG.warn("Changes of files by others cannot be taken over for now: {}", problem, e);
        }
        nextSweep = System.nanoTime() + POLL_NANOS;
    }

    private boolean isClosing() {
        lock.lock();
        try {
            return closing;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is something to do. */
    @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
    private void await() throws InterruptedException {
        long nanos = nanosToNext();
        if (directories.isTelling()) {
            directories.await(nanos, new DirectoryWatch.Listener() {
                @Override
                public void changed(Path file) {
                    suspect(file);
                }

                @Override
                public void unknown(Path directory) {
                    noteUnclear(directory);
                }
            });
        } else if (nanos > 0) {
            lock.lock();
            try {
                if (!closing) {
                    long unused = changed.awaitNanos(nanos);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private long nanosToNext() {
        lock.lock();
        try {
            long now = System.nanoTime();
            long nanos = directories.isTelling() && unclear.isEmpty() ? POLL_NANOS : nextSweep - now;
            for (Sighting sighting : suspects.values()) {
                nanos = Math.min(nanos, sighting.due() - now);
            }
            return Math.max(0, nanos);
        } finally {
            lock.unlock();
        }
    }

    /** Takes note of a file that may be someone else's: in a table's directory, or in a hash directory. */
    private void suspect(Path file) {
        String table = tableOf(file.getParent());
        if (table == null || !rows.layout().isRowsFile(EntityFolder.name(file))) {
            return;
        }
        try {
            TableSchema schema = schema(table);
            if (schema == null || rows.files(table).isAsWritten(schema, file)) {
                return;
            }
            put(file, Sighting.of(file));
        } catch (IOException | StorageException e) {
            problem(e);
        }
    }

    private void put(Path file, Sighting sighting) {
        lock.lock();
        try {
            suspects.put(file, sighting);
        } finally {
            lock.unlock();
        }
    }

    private void noteUnclear(Path directory) {
        String table = tableOf(directory);
        if (table != null) {
            unclear.add(table);
        } else if (!directory.equals(paths.root())) {
            early.add(directory);
        }
    }

    /** Of tables that are in the checkpoint by now all files have to be looked at. The thread wakes up every {@link #POLL_NANOS}. */
    private void noteLate() {
        early.removeIf(directory -> {
            String table = tableOf(directory);
            if (table != null) {
                unclear.add(table);
            }
            return table != null || !Files.isDirectory(directory);
        });
    }

    /** The table whose directory, or whose hash directory, this is; null if it is of none that has files. */
    private @Nullable String tableOf(@Nullable Path directory) {
        Map<String, TableSchema> tables = materialiser.checkpoint().tables();
        if (tables != tablesByDirectory) {
            tablesByDirectory = tables;
            byDirectory.clear();
            tables.keySet().forEach(table -> byDirectory.put(paths.table(table), table));
        }
        if (directory == null) {
            return null;
        }
        String table = byDirectory.get(directory);
        Path parent = directory.getParent();
        return table == null && parent != null ? byDirectory.get(parent) : table;
    }

    private @Nullable TableSchema schema(String table) {
        return materialiser.checkpoint().tables().get(table);
    }

    private void sweepUnclear() throws IOException {
        noteLate();
        if (unclear.isEmpty() || nextSweep - System.nanoTime() > 0) {
            return;
        }
        long start = System.nanoTime();
        nextSweep = start + POLL_NANOS; // if it fails
        for (String table : Set.copyOf(unclear)) {
            sweep(table);
            unclear.remove(table); // if it failed, again
        }
        long end = System.nanoTime();
        nextSweep = end + Math.max(directories.isTelling() ? 0 : POLL_NANOS, POLL_SHARE * (end - start));
    }

    /** Looks at all files of a table, and suspects those that are not as they were written. */
    private void sweep(String table) throws IOException {
        Set<Path> files = new HashSet<>();
        Set<Object> gone = new HashSet<>();
        materialiser.pause();
        try {
            TableSchema schema = schema(table);
            if (schema != null) {
                for (Found found : rows.files(table).differences(schema, Found::withoutJson)) {
                    files.add(found.file());
                    if (found.print() == null && found.key() != null) {
                        gone.add(found.key());
                    }
                }
            }
        } finally {
            materialiser.resume();
        }
        noteBack(table, file -> true, gone);
        for (Path file : files) {
            lock.lock();
            try {
                // one that was refused is looked at again only if it has changed since
                if (!suspects.containsKey(file) && !isRefusedAsItIs(file)) {
                    suspects.put(file, Sighting.of(file));
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean isRefusedAsItIs(Path file) throws IOException {
        BasicFileAttributes now = Fingerprint.look(file);
        if (now == null) {
            return isMissing(file);
        }
        boolean refused = false;
        for (Broken bad : edits.refused().values()) {
            if (bad.found().file().equals(file)) {
                Fingerprint print = bad.found().print();
                if (print == null || !print.fits(now)) {
                    return false;
                }
                refused = true;
            }
        }
        return refused;
    }

    private void lookAtDue() {
        try {
            Map<String, Map<Path, Sighting>> due = takeDue();
            for (Map.Entry<String, Map<Path, Sighting>> entry : due.entrySet()) {
                try {
                    look(entry.getKey(), entry.getValue());
                    lastProblem = "";
                } catch (IOException | RuntimeException e) {
                    // again later: the disk may be full, for one; other tables now
                    problem(e);
                    long later = System.nanoTime() + POLL_NANOS;
                    entry.getValue().forEach((file, sighting) -> put(file, new Sighting(null, later)));
                }
            }
        } finally {
            lock.lock();
            try {
                looking = false;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** The files that nobody has touched for long enough, by table. */
    private Map<String, Map<Path, Sighting>> takeDue() {
        Map<String, Map<Path, Sighting>> due = new LinkedHashMap<>();
        lock.lock();
        try {
            looking = true;
            Map<Path, Sighting> again = new HashMap<>();
            for (Iterator<Map.Entry<Path, Sighting>> all = suspects.entrySet().iterator(); all.hasNext(); ) {
                Map.Entry<Path, Sighting> entry = all.next();
                Path file = entry.getKey();
                if (!entry.getValue().isDue()) {
                    continue;
                }
                all.remove();
                String table = tableOf(file.getParent());
                if (table == null) {
                    continue;
                }
                try {
                    if (entry.getValue().fits(Fingerprint.look(file))) {
                        due.computeIfAbsent(table, name -> new LinkedHashMap<>())
                                .put(file, entry.getValue());
                    } else {
                        again.put(file, Sighting.of(file));
                    }
                } catch (IOException | StorageException e) {
                    problem(e); // a link in the place of a file, for one
                }
            }
            suspects.putAll(again);
            return due;
        } finally {
            lock.unlock();
        }
    }

    private void look(String table, Map<Path, Sighting> due) throws IOException {
        TableFiles files = rows.files(table);
        TableSchema schema = schema(table);
        Set<Path> only = new HashSet<>();
        for (Path file : due.keySet()) {
            if (schema != null && !files.isAsWritten(schema, file)) {
                only.add(file);
            }
        }
        if (only.isEmpty()) {
            return;
        }
        materialiser.pause();
        try {
            schema = schema(table);
            if (schema != null) {
                take(table, schema, files, due, only);
            }
        } finally {
            materialiser.resume();
        }
    }

    private void take(String table, TableSchema schema, TableFiles files, Map<Path, Sighting> due, Set<Path> only)
            throws IOException {
        RowParser parser = edits.parser(table, false);
        List<Parsed> changes = new ArrayList<>();
        List<Gone> gone = new ArrayList<>();
        for (Parsed parsed : files.differences(schema, only, parser::parse)) {
            Found found = parsed.found();
            if (parsed instanceof Gone one) {
                gone.add(one);
            } else if (isStable(due.get(found.file()), found)) {
                changes.add(parsed);
            }
        }
        edits.forgetUnless(table, only, changes);
        var unused = edits.commit(table, changes);
        Set<Object> keys = new HashSet<>();
        gone.forEach(one -> keys.add(one.key()));
        noteBack(table, only::contains, keys);
        if (!gone.isEmpty()) {
            delete(table, files, gone);
        }
    }

    /** Whether a file was read as it was when it became due; if it was changed again, it is told of again. */
    private static boolean isStable(@Nullable Sighting sighting, Found found) {
        Fingerprint print = found.print();
        return sighting == null
                || sighting.attributes() == null
                || (print != null && print.fits(sighting.attributes()));
    }

    private void noteBack(String table, Predicate<Path> looked, Set<Object> stillGone) {
        lock.lock();
        try {
            Map<Object, Path> former = missing.get(table);
            if (former != null) {
                former.entrySet().removeIf(one -> looked.test(one.getValue()) && !stillGone.contains(one.getKey()));
                if (former.isEmpty()) {
                    missing.remove(table);
                    Threads.LOG.info("The rows of the table '{}' that were gone from its files are back", table);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void delete(String table, TableFiles files, List<Gone> gone) throws IOException {
        lock.lock();
        try {
            OptionalLong others = suspects.entrySet().stream()
                    .filter(suspect -> table.equals(tableOf(suspect.getKey().getParent())))
                    .mapToLong(suspect -> suspect.getValue().due())
                    .max();
            if (others.isPresent()) {
                // whoever removes files may not be done: all of them together, or each would wait for the others for
                // ever
                for (Gone one : gone) {
                    suspects.put(one.found().file(), new Sighting(null, others.getAsLong()));
                }
                return;
            }
            boolean directory = Links.isDirectory(files.directory());
            Map<Object, Path> all = new HashMap<>(missing.getOrDefault(table, Map.of()));
            boolean refusedBefore = !all.isEmpty();
            gone.forEach(one -> all.put(one.key(), one.found().file()));
            int known = files.keys().size();
            boolean accepted =
                    !refusedBefore && (directory ? deletions.accept(all.size(), known) : deletions.acceptDirectory());
            if (!accepted) {
                missing.put(table, all);
                if (!refusedBefore) {
                    StorageException problem = directory
                            ? Deletions.tooMany(files.directory(), table, all.size(), known)
                            : Deletions.directoryGone(files.directory(), table);
                    Threads.LOG.error("{}", problem.getMessage());
                }
                return;
            }
        } finally {
            lock.unlock();
        }
        var unused = edits.commit(table, List.copyOf(gone));
    }

    /** Ends its work; what was not taken over yet is found when the store is opened again. Does not wait. */
    void stop() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        directories.close();
    }

    /** Waits for the end, after {@link #stop}. */
    @Override
    public void close() {
        stop();
        if (thread.getState() != Thread.State.NEW) {
            Threads.join(thread);
        }
    }
}
