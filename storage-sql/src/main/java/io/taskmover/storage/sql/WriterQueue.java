package io.taskmover.storage.sql;

import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.metrics.Meter;
import io.taskmover.storage.metrics.Metric;
import io.taskmover.storage.metrics.StorageMetrics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets one writer in at a time, in the order of arrival. Who has the turn may do the small writes that wait in front
 * along with its own: no one is passed over, for it takes none from behind one that has to have the turn itself. A
 * transaction may end on another thread than it began on, so this is no lock that a thread owns.
 */
final class WriterQueue {
    private final Deque<Place> waiting = new ArrayDeque<>();
    private boolean taken;
    // counted for whoever asks
    private final LongAdder turns = new LongAdder();
    private final LongAdder doneAlong = new LongAdder();
    /** Whose writes who has the turn does along with its own; touched by that one only. */
    private final List<Place> along = new ArrayList<>();

    private volatile @Nullable Holder holder;

    private record Holder(String thread, long sinceNanos) {}

    private enum State {
        WAITING,
        /** It is its turn. */
        TURN,
        /** Who has the turn does its write: it cannot go any more. */
        ALONG,
        DONE
    }

    /** A thread in the queue. */
    private static final class Place {
        private final Thread thread = Thread.currentThread();
        private final @Nullable SmallWrite<?> write;
        private volatile State state = State.WAITING;

        Place(@Nullable SmallWrite<?> write) {
            this.write = write;
        }

        void become(State next) {
            state = next;
            LockSupport.unpark(thread);
        }
    }

    /**
     * Returns when it is the caller's turn, which {@link #leave} ends.
     *
     * @throws StorageTimeoutException that names what holds the turn
     */
    void enter(Duration timeout) {
        enter(new Place(null), timeout);
    }

    /**
     * The same for one write. Returns whether it is the caller's turn; if not, another one has done the write.
     *
     * @throws StorageTimeoutException that names what holds the turn; nobody will do the write then
     */
    boolean enter(SmallWrite<?> write, Duration timeout) {
        return enter(new Place(write), timeout) == State.TURN;
    }

    private State enter(Place place, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted();
        }
        synchronized (this) {
            if (taken) {
                waiting.add(place);
            } else {
                taken = true;
                place.state = State.TURN;
            }
        }
        State state = await(place, deadline, timeout);
        if (state == State.TURN) {
            turns.increment();
            holder = new Holder(Thread.currentThread().getName(), System.nanoTime());
        }
        return state;
    }

    private State await(Place place, long deadline, Duration timeout) {
        boolean interrupted = false;
        try {
            for (State state = place.state; ; state = place.state) {
                long left = deadline - System.nanoTime();
                if (state == State.TURN || state == State.DONE) {
                    return state;
                } else if (state == State.ALONG) {
                    LockSupport.park(this);
                } else if (interrupted && withdraw(place)) {
                    throw interrupted();
                } else if (left <= 0 && withdraw(place)) {
                    throw new StorageTimeoutException("Waited " + timeout.toMillis() + " ms to write: " + held()
                            + ". Commit or close it sooner, open transactions that only read as read-only,"
                            + " or raise the timeout");
                } else {
                    LockSupport.parkNanos(this, left);
                }
                interrupted |= Thread.interrupted();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static StorageException interrupted() {
        return new StorageException("Interrupted while waiting to write", new InterruptedException());
    }

    private synchronized boolean withdraw(Place place) {
        return waiting.remove(place);
    }

    /** The small write in front, if one is, for who has the turn to do; {@link #leave} tells its thread that it is done. */
    @Nullable
    SmallWrite<?> take() {
        Place first;
        synchronized (this) {
            first = waiting.peek();
            if (first == null || first.write == null) {
                return null;
            }
            waiting.remove();
            first.state = State.ALONG; // it need not wake up for that
        }
        along.add(first);
        doneAlong.increment();
        return first.write;
    }

    void leave() {
        holder = null;
        along.forEach(place -> place.become(State.DONE));
        along.clear();
        synchronized (this) {
            Place next = waiting.poll();
            taken = next != null;
            if (next != null) {
                next.become(State.TURN);
            }
        }
    }

    /** What it measures since the store was opened. */
    StorageMetrics metrics() {
        return StorageMetrics.of(List.of(
                Meter.counter(Metric.WRITER_TURNS, turns::sum),
                Meter.counter(Metric.WRITER_ALONG, doneAlong::sum),
                Meter.gauge(Metric.WRITER_WAITING, this::waiting)));
    }

    private synchronized int waiting() {
        return waiting.size();
    }

    private String held() {
        Holder now = holder;
        return now == null
                ? "other writers were in front"
                : "the transaction that thread '" + now.thread + "' began "
                        + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - now.sinceNanos) + " ms ago is writing";
    }
}
