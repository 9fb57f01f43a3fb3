package io.taskmover.storage.cache;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The values of a cache on disk: segments that are written one after the other, and an index of what is current. What is set
 * is appended. What is deleted is marked where it stands, so that what it replaced does not come back, which takes no room
 * on a full disk. When there is no room the oldest segment goes. What was used of it since it was written is written again at
 * the end, up to half of it; so is what was not used, as long as all that is current takes less than half of the room.
 *
 * <p>Nothing that fails on the disk is thrown: what cannot be written is not there. What it would have replaced is marked; if
 * even that fails all is given up, by one write to the state file or by removing the segments, and until one of these works
 * nothing is found and nothing set.
 *
 * <p>Who reads takes no lock: a record is never changed while it is current, and who finds its segment gone looks again.
 * Thread-safe.
 */
final class CacheLog implements Closeable {
    static final long MIN_BYTES = 16 << 10;
    static final long MAX_BYTES = 1L << 40;

    private static final int MIN_SEGMENT_BYTES = 4 << 10;
    private static final int MAX_SEGMENT_BYTES = 64 << 20;
    /** A cache is so many segments, unless they would be smaller or larger than a segment is. */
    private static final int SEGMENTS = 16;
    /** What takes a larger part than that of all is not kept. */
    private static final int LARGEST_PART = 4;
    /** Of a segment's size, for its header and for the time before a value. */
    private static final int RESERVED_BYTES = CacheSegment.HEADER_BYTES + 2 * CacheRecord.HEADER_BYTES;
    /** A clock that is set back by less is one that is set right now and then. */
    private static final long CLOCK_TOLERANCE_MILLIS = 1_000;
    /** How far the time at which a value is over may be from the former one when it went to another level and came back. */
    private static final long ROUNDING_MILLIS = 2;
    /** For how long changes may go on before the time is written again. */
    private static final long TIME_MILLIS = 1_000;

    private final CacheFolder folder;
    private final long maxBytes;
    private final int segmentBytes;
    private final CacheTime time;
    private final @Nullable UUID boot;
    private final PlaceIndex index = new PlaceIndex();
    private final AtomicReferenceArray<@Nullable CacheSegment> slots = new AtomicReferenceArray<>(Place.SLOTS);
    private volatile boolean closed;

    /** Guards what follows, the ends of segments, and every change of {@link #index}. */
    private final ReentrantLock lock = new ReentrantLock();

    /** The oldest one first; the last one is written to. */
    private final Deque<Slotted> segments = new ArrayDeque<>();
    /** Of segments that do not count any more and could not be removed yet. */
    private final List<CacheSegment> leftovers = new ArrayList<>();

    private long newest;
    /** Of all files of segments. */
    private long fileBytes;

    private long entries;
    private long valueBytes;
    private long evictions;
    /** The latest time that is in the files. */
    private long writtenTime;
    /** Whether the last segment is not to be written to any more: nobody knows what is behind its end. */
    private boolean isSealed;
    /** Whether what is on the disk should not be there, and could not be taken away. */
    private boolean isCondemned;
    /** Whether the last write failed, which was told then. */
    private boolean isFailing;

    private record Slotted(CacheSegment segment, int slot) {}

    private CacheLog(CacheFolder folder, long maxBytes, CacheTime time, @Nullable UUID boot) {
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.segmentBytes = segmentBytes(maxBytes);
        this.time = time;
        this.boot = boot;
    }

    /** @param boot of the running system; null if it is not known */
    static CacheLog open(CacheFolder folder, long maxBytes, CacheTime time, @Nullable UUID boot) throws IOException {
        CacheLog log = new CacheLog(folder, maxBytes, time, boot);
        boolean open = false;
        try {
            log.recover();
            open = true;
            return log;
        } finally {
            if (!open) {
                log.closeSegments();
            }
        }
    }

    private static int segmentBytes(long maxBytes) {
        long usual = Math.min(Math.max(maxBytes / SEGMENTS, MIN_SEGMENT_BYTES), MAX_SEGMENT_BYTES);
        // more than there are places for, if they are not larger
        long bytes = Math.max(usual, maxBytes / (Place.SLOTS / 2));
        return Math.toIntExact(bytes / CacheRecord.ALIGNMENT * CacheRecord.ALIGNMENT);
    }

    /** A place in the index: 11 bits of a slot, 26 of an offset, 26 of a length, in units of 32 bytes; one for the index. */
    private static final class Place {
        static final int SLOTS = 1 << 11;

        private Place() {}

        static long of(int slot, int offset, int length) {
            return (long) slot << 53
                    | (long) (offset / CacheRecord.ALIGNMENT) << 27
                    | (long) (length / CacheRecord.ALIGNMENT) << 1;
        }

        /** What stands for a value that is gone while segments are loaded: at an offset where there is none. */
        static long gone(int slot) {
            return of(slot, 0, CacheRecord.ALIGNMENT);
        }

        static boolean isGone(long place) {
            return offset(place) == 0;
        }

        static int slot(long place) {
            return (int) (place >>> 53);
        }

        static int offset(long place) {
            return (int) (place >>> 27 & (1 << 26) - 1) * CacheRecord.ALIGNMENT;
        }

        static int length(long place) {
            return (int) (place >>> 1 & (1 << 26) - 1) * CacheRecord.ALIGNMENT;
        }
    }

    // finding

    /** The record of a key; null if there is none, or its time is over, or it cannot be read. */
    @Nullable
    CacheRecord find(long hash, byte[] key) {
        while (true) {
            requireOpen();
            long place = index.use(hash);
            if (place == 0) {
                return null;
            }
            CacheRecord record = read(place);
            if (record != null) {
                // one that is gone is being deleted; one of another key has the same hash
                if (!record.isValue() || !record.isOf(key)) {
                    return null;
                }
                if (record.time() != Long.MAX_VALUE && record.isOver(time.now())) {
                    end(hash, place);
                    return null;
                }
                return record;
            }
            if (index.get(hash) == place) {
                requireOpen();
                return null; // damaged: it stays until it is replaced, and is not found until then
            }
        }
    }

    /** Whether this is what there is, but for what rounding does to its time. */
    boolean has(long hash, CacheRecord record) {
        requireOpen();
        long place = index.get(hash);
        CacheRecord there = place == 0 || Place.length(place) != record.length() ? null : read(place);
        return there != null
                && there.isValue()
                && there.hasContentOf(record)
                && Math.abs(there.time() - record.time()) <= ROUNDING_MILLIS;
    }

    private @Nullable CacheRecord read(long place) {
        CacheSegment segment = slots.get(Place.slot(place));
        if (segment == null) {
            return null;
        }
        try {
            return segment.read(Place.offset(place), Place.length(place));
        } catch (IOException e) {
            // also of one that goes away just now
            FileCache.LOG.debug("Cannot read from {}", segment.path(), e);
            return null;
        }
    }

    /** What was seen to be over stays so, whatever the clock does. */
    private void end(long hash, long place) {
        lock.lock();
        try {
            if (!closed && index.get(hash) == place) {
                remove(hash, place);
            }
        } finally {
            lock.unlock();
        }
    }

    // changing

    /**
     * Sets a value.
     *
     * @param record null if it is too long
     * @param evicted is told of each value that is driven out; null if nobody wants to know
     * @param noRoom is told if this value is too long to be kept
     */
    void set(long hash, @Nullable CacheRecord record, @Nullable Consumer<CacheRecord> evicted, Runnable noRoom) {
        lock.lock();
        try {
            requireOpen();
            if (isCondemned && !giveUp()) {
                return;
            }
            if (record == null || record.length() > maxBytes / LARGEST_PART - RESERVED_BYTES) {
                evictions++;
                noRoom.run();
                forget(hash);
                return;
            }
            try {
                append(hash, record, evicted);
                isFailing = false;
            } catch (IOException e) {
                report(e);
                seal();
                forget(hash);
            }
        } finally {
            lock.unlock();
        }
    }

    private void append(long hash, CacheRecord record, @Nullable Consumer<CacheRecord> evicted) throws IOException {
        int length = (int) record.length();
        Slotted last = room(length + CacheRecord.HEADER_BYTES, evicted);
        long now = time.now();
        if (now - writtenTime >= TIME_MILLIS) {
            last.segment.append(CacheRecord.time(now));
            writtenTime = now;
        }
        put(hash, last, last.segment.append(record), length);
    }

    private void put(long hash, Slotted segment, int offset, int length) {
        long former = index.put(hash, Place.of(segment.slot, offset, length));
        entries += former == 0 ? 1 : 0;
        valueBytes += length - Place.length(former);
    }

    /** Removes what there is of a hash, here and on the disk. */
    private void forget(long hash) {
        long place = index.get(hash);
        if (place != 0) {
            remove(hash, place);
        }
    }

    private void remove(long hash, long place) {
        CacheSegment segment = Objects.requireNonNull(slots.get(Place.slot(place)));
        try {
            segment.replace(CacheRecord.gone(hash, Place.length(place), time.now()), Place.offset(place));
            drop(hash, place);
        } catch (IOException e) {
            report(e);
            giveUp();
        }
    }

    private void drop(long hash, long place) {
        index.remove(hash);
        entries--;
        valueBytes -= Place.length(place);
    }

    /** Removes the value of a key; returns whether there was one that could be read and was not over. */
    boolean delete(long hash, byte[] key) {
        lock.lock();
        try {
            requireOpen();
            if (isCondemned) {
                giveUp();
                return false;
            }
            long place = index.get(hash);
            if (place == 0) {
                return false;
            }
            CacheRecord record = read(place);
            if (record != null && !record.isOf(key)) {
                return false;
            }
            remove(hash, place);
            return record != null && !record.isOver(time.now());
        } finally {
            lock.unlock();
        }
    }

    void clear() {
        lock.lock();
        try {
            requireOpen();
            giveUp();
        } finally {
            lock.unlock();
        }
    }

    // making room

    /** The last segment, with room for so many bytes. */
    private Slotted room(int length, @Nullable Consumer<CacheRecord> evicted) throws IOException {
        Slotted last = segments.peekLast();
        return last == null || isSealed || last.segment.room() < length ? nextSegment(length, evicted) : last;
    }

    private Slotted nextSegment(int length, @Nullable Consumer<CacheRecord> evicted) throws IOException {
        removeLeftovers();
        int size = Math.max(segmentBytes, CacheSegment.HEADER_BYTES + length);
        // for one of the usual size there is room already
        while (fileBytes + size > maxBytes && !segments.isEmpty()) {
            removeOldest(null, 0, evicted);
        }
        if (fileBytes + size > maxBytes) {
            throw new IOException("Files that are not needed any more cannot be removed: " + leftovers);
        }
        Slotted former = segments.peekLast();
        long number = newest + 1;
        CacheSegment created =
                CacheSegment.create(folder.segment(number), number, size, former == null ? 0 : former.segment.end());
        boolean isNoted = false;
        try {
            // from now on it has to be there
            writeState(number, CacheSegment.UNKNOWN, false);
            isNoted = true;
        } finally {
            if (!isNoted) {
                created.close();
                folder.delete(created.path());
            }
        }
        newest = number;
        isSealed = false;
        Slotted last = add(created);
        while (fileBytes + segmentBytes > maxBytes && segments.size() > 1) {
            removeOldest(last, length, evicted);
        }
        return last;
    }

    private Slotted add(CacheSegment segment) {
        Slotted added = new Slotted(segment, freeSlot());
        slots.set(added.slot, segment);
        segments.addLast(added);
        fileBytes += segment.size();
        return added;
    }

    private int freeSlot() {
        int slot = 0;
        while (slots.get(slot) != null) {
            slot++;
        }
        return slot;
    }

    /**
     * Removes the oldest segment.
     *
     * @param target where to write again what was used; null for nowhere
     * @param reserved so many bytes stay free there
     */
    private void removeOldest(@Nullable Slotted target, int reserved, @Nullable Consumer<CacheRecord> evicted)
            throws IOException {
        Slotted oldest = segments.getFirst();
        int[] again = {target == null ? 0 : Math.min(oldest.segment.size() / 2, target.segment.room() - reserved)};
        boolean isWhole;
        try {
            isWhole = oldest.segment.scan(oldest.segment.end(), (header, offset) -> {
                long place = Place.of(oldest.slot, offset, (int) header.length());
                if (header.isValue() && index.get(header.hash()) == place) {
                    again[0] -= leave(header, place, target, again[0], evicted);
                }
            });
        } catch (IOException | RuntimeException e) {
            // a part is driven out already, and would be there again at the next opening, also if it is deleted
            // meanwhile
            removeOldest(null, 0, null);
            throw e;
        }
        if (!isWhole) {
            evictions += dropAllOf(oldest.slot);
        }
        segments.removeFirst();
        slots.set(oldest.slot, null);
        if (!delete(oldest.segment)) {
            // what was driven out would be there again at the next opening, also if it is deleted meanwhile
            giveUp();
            throw new IOException("Cannot remove " + oldest.segment.path());
        }
    }

    /** Takes a value out of the segment that goes; returns how many bytes it took in the one where it is now. */
    private int leave(
            CacheRecord header, long place, @Nullable Slotted target, int room, @Nullable Consumer<CacheRecord> evicted)
            throws IOException {
        long hash = header.hash();
        int length = Place.length(place);
        boolean isOver = header.isOver(time.now());
        // where most of the files is not current, nothing has to be driven out
        boolean isWanted = index.isUsed(hash) || valueBytes <= maxBytes / 2;
        boolean stays = !isOver && target != null && length <= room && isWanted;
        CacheRecord record = stays || evicted != null ? read(place) : null;
        if (stays && target != null && record != null) {
            put(hash, target, target.segment.append(record), length);
            return length;
        }
        if (!isOver) {
            evictions++;
            if (record != null && evicted != null) {
                evicted.accept(record);
            }
        }
        drop(hash, place);
        return 0;
    }

    private int dropAllOf(int slot) {
        int[] dropped = {0};
        index.removeIf(place -> {
            boolean isThere = Place.slot(place) == slot;
            if (isThere) {
                dropped[0]++;
                valueBytes -= Place.length(place);
            }
            return isThere;
        });
        entries -= dropped[0];
        return dropped[0];
    }

    // when the disk fails

    /** Closes and removes a segment that does not count any more; false if it is still there. */
    private boolean delete(CacheSegment segment) {
        leftovers.add(segment);
        close(segment);
        return removeLeftovers();
    }

    private boolean removeLeftovers() {
        leftovers.removeIf(segment -> {
            try {
                folder.delete(segment.path());
                fileBytes -= segment.size();
                return true;
            } catch (IOException e) {
                report(e);
                return false;
            }
        });
        return leftovers.isEmpty();
    }

    /**
     * What is behind the end of the last segment does not count, whatever a write that failed has left there. Said in the
     * state file, which has its room on a full disk too.
     */
    private void seal() {
        Slotted last = segments.peekLast();
        if (last != null) {
            isSealed = true;
            try {
                writeState(newest, last.segment.end(), false);
            } catch (IOException e) {
                report(e);
                giveUp();
            }
        }
    }

    /**
     * Begins anew with nothing: by saying that the newest segment is one that does not exist, and by removing what there is.
     * Returns whether one of both worked.
     */
    private boolean giveUp() {
        index.clear();
        entries = 0;
        valueBytes = 0;
        for (Slotted each : segments) {
            slots.set(each.slot, null);
            close(each.segment);
            leftovers.add(each.segment);
        }
        segments.clear();
        isSealed = false;
        // nor is there the one before: what cannot be removed is cut off from those to come
        newest += 2;
        boolean isNoted = false;
        try {
            writeState(newest, CacheSegment.UNKNOWN, false);
            isNoted = true;
        } catch (IOException e) {
            report(e);
        }
        boolean isRemoved = removeLeftovers();
        isCondemned = !isNoted && !isRemoved;
        return !isCondemned;
    }

    private void writeState(long last, int end, boolean isDurable) throws IOException {
        long now = time.now();
        folder.write(new CacheState(last, end, isSealed, isDurable, now, boot));
        writtenTime = now;
    }

    /** Once for all failures that follow upon each other. */
    private void report(IOException e) {
        if (!isFailing) {
            isFailing = true;
            FileCache.LOG.warn(
                    "The cache in {} cannot write or remove files; what is set is not kept, until that works again",
                    folder.directory(),
                    e);
        }
    }

    // opening and closing

    private void recover() throws IOException {
        CacheState found = folder.found();
        NavigableMap<Long, Path> files = folder.segments();
        long latest = 0;
        if (found != null && found.holdsUnder(boot) && files.containsKey(found.newest())) {
            newest = found.newest();
            latest = Math.max(found.time(), load(found, files));
        }
        if (segments.isEmpty() || latest - time.wall() > CLOCK_TOLERANCE_MILLIS) {
            // how long values have been there cannot be told if the clock was set back
            newest = Math.max(found == null ? 0 : found.newest(), files.isEmpty() ? 0 : files.lastKey());
            requireGivenUp();
        } else {
            time.atLeast(latest);
        }
        // from the newest on: what is older than a segment that is removed does not count any more
        Set<Long> kept = segments.stream().map(each -> each.segment.number()).collect(Collectors.toSet());
        for (Map.Entry<Long, Path> file : files.descendingMap().entrySet()) {
            if (!kept.contains(file.getKey())) {
                folder.delete(file.getValue());
            }
        }
        Slotted last = segments.peekLast();
        writeState(newest, last == null || !isSealed ? CacheSegment.UNKNOWN : last.segment.end(), false);
        if (found != null && found.isDurable()) {
            // before the first change: after a power cut this must not be taken for durable any more
            folder.forceState();
        }
        while (fileBytes > maxBytes) {
            removeOldest(null, 0, null);
        }
    }

    private void requireGivenUp() throws IOException {
        if (!giveUp()) {
            throw new IOException("Nothing can be written into " + folder.directory() + ", nor removed from it");
        }
    }

    /** Opens segments, the newest first, until one is not what was written; returns the latest time in them. */
    private long load(CacheState found, Map<Long, Path> files) throws IOException {
        long[] latest = {0};
        int end = found.end();
        for (long number = found.newest(); files.containsKey(number); number--) {
            CacheSegment segment = openSegment(Objects.requireNonNull(files.get(number)), number);
            if (segment == null) {
                break;
            }
            int slot = freeSlot();
            boolean isWhole = segment.scan(end, (header, offset) -> {
                if (header.isValue() || header.isGone()) {
                    load(header, offset, slot);
                }
                if (!header.isValue()) {
                    latest[0] = Math.max(latest[0], header.time());
                }
            });
            if (!isWhole) {
                entries -= dropAllOf(slot);
                close(segment);
                break;
            }
            if (found.isDurable()) {
                segment.setDurable();
            }
            slots.set(slot, segment);
            segments.addFirst(new Slotted(segment, slot));
            fileBytes += segment.size();
            end = segment.formerEnd();
            if (end == CacheSegment.UNKNOWN) {
                break;
            }
        }
        index.removeIf(Place::isGone);
        isSealed = found.isSealed();
        return latest[0];
    }

    private @Nullable CacheSegment openSegment(Path path, long number) {
        try {
            return CacheSegment.open(path, number);
        } catch (IOException e) {
            FileCache.LOG.debug("Cannot open {}", path, e);
            return null;
        }
    }

    /** Of one hash the newest segment counts, and of that the last record. */
    private void load(CacheRecord header, int offset, int slot) {
        long former = index.get(header.hash());
        if (former != 0 && Place.slot(former) != slot) {
            return;
        }
        if (former != 0 && !Place.isGone(former)) {
            entries--;
            valueBytes -= Place.length(former);
        }
        if (header.isValue()) {
            entries++;
            valueBytes += header.length();
        }
        index.put(header.hash(), header.isValue() ? Place.of(slot, offset, (int) header.length()) : Place.gone(slot));
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The cache in " + folder.directory() + " is closed");
        }
    }

    /** How many values there are, what they take, and how many were driven out. */
    record Counts(long entries, long bytes, long evictions) {}

    Counts counts() {
        lock.lock();
        try {
            return new Counts(entries, valueBytes, evictions);
        } finally {
            lock.unlock();
        }
    }

    /** Makes everything durable. What cannot be made so is given up. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            Slotted last = segments.peekLast();
            if (last != null) {
                makeDurable(last.segment);
            }
            closeSegments();
        } finally {
            lock.unlock();
        }
    }

    private void makeDurable(CacheSegment last) {
        try {
            for (Slotted each : segments) {
                each.segment.force();
            }
            folder.forceNames();
            writeState(newest, last.end(), true);
            folder.forceState();
        } catch (IOException e) {
            report(e);
            // what is on the disk now nobody knows
            giveUp();
        }
    }

    private void closeSegments() {
        segments.forEach(each -> close(each.segment));
    }

    private static void close(CacheSegment segment) {
        try {
            segment.close();
        } catch (IOException e) {
            FileCache.LOG.debug("Cannot close {}", segment.path(), e);
        }
    }
}
