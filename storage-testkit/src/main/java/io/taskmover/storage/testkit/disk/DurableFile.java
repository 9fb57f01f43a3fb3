package io.taskmover.storage.testkit.disk;

import java.util.ArrayList;
import java.util.List;

/** What is durable of a file, and the changes that may or may not be. */
final class DurableFile {
    private FileContent stable;
    private long stableTime;
    private long latestTime;
    private final List<Change> pending = new ArrayList<>();

    /** What became of a change. */
    private enum State {
        /** Nothing yet. */
        NEW,
        /** It is durable, but one before it may not be. */
        KEPT,
        /** A force of it failed: no later one helps. */
        DOOMED
    }

    private record Change(int operation, DiskOperation what, State state) {}

    DurableFile(FileContent content, long time) {
        this.stable = content;
        this.stableTime = time;
        this.latestTime = time;
    }

    void write(int operation, DiskOperation what, long time) {
        pending.add(new Change(operation, what, State.NEW));
        latestTime = time;
    }

    /** Sets the time of the last change; durable when that is forced. */
    void setTime(long time) {
        latestTime = time;
    }

    void force(boolean metadata) {
        if (metadata) {
            stableTime = latestTime;
        }
        pending.replaceAll(
                change -> change.state == State.NEW ? new Change(change.operation, change.what, State.KEPT) : change);
        if (pending.stream().allMatch(change -> change.state == State.KEPT)) {
            stable = content(Loss.from(Integer.MAX_VALUE));
            pending.clear();
        }
    }

    void forceFailed() {
        pending.replaceAll(
                change -> change.state == State.NEW ? new Change(change.operation, change.what, State.DOOMED) : change);
    }

    void addPending(List<Integer> operations) {
        for (Change change : pending) {
            if (change.state != State.KEPT) {
                operations.add(change.operation);
            }
        }
    }

    DiskImage.File image(long number, Loss loss) {
        return new DiskImage.File(
                content(loss), stableTime == latestTime || loss.time(number) ? latestTime : stableTime, number);
    }

    private FileContent content(Loss loss) {
        FileContent content = stable;
        for (Change change : pending) {
            boolean kept = change.state == State.KEPT;
            if (change.what instanceof DiskOperation.Write write) {
                content = kept
                        ? content.write(write.offset(), write.bytes(), 0, write.bytes().length)
                        : write(content, change.operation, write, loss);
            } else if (change.what instanceof DiskOperation.Resize resize
                    && (kept || loss.sector(change.operation, 0))) {
                content = content.resize(resize.size());
            }
        }
        return content;
    }

    private static FileContent write(FileContent before, int operation, DiskOperation.Write write, Loss loss) {
        long end = write.offset() + write.bytes().length;
        FileContent content = before;
        if (end > before.size()) {
            content = before.resize(loss.size(operation, before.size(), end));
        }
        long first = write.offset() / Loss.SECTOR_BYTES;
        long from = write.offset();
        while (from < Math.min(end, content.size())) {
            // as many sectors at once as have the same fate
            long sector = from / Loss.SECTOR_BYTES;
            boolean survives = loss.sector(operation, (int) (sector - first));
            long to = (sector + 1) * Loss.SECTOR_BYTES;
            while (to < end && loss.sector(operation, (int) (to / Loss.SECTOR_BYTES - first)) == survives) {
                to += Loss.SECTOR_BYTES;
            }
            to = Math.min(to, Math.min(end, content.size()));
            if (survives) {
                content = content.write(from, write.bytes(), (int) (from - write.offset()), (int) (to - from));
            }
            from = to;
        }
        return content;
    }
}
