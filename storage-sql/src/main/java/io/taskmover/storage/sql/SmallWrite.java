package io.taskmover.storage.sql;

import io.taskmover.storage.backend.RowChange;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A write of a few rows that is a transaction of its own, and that another thread may do together with its own. */
final class SmallWrite<R> {
    /** More rows than that take about as long as to force them to the disk: little is gained by forcing them with others. */
    static final int MOST_ROWS = 10;

    private final Work<R> work;
    private final String table;
    private @Nullable R result;
    private @Nullable ChangeCapture capture;
    private @Nullable RuntimeException failure;

    /** What is to be done. */
    @FunctionalInterface
    interface Work<R> {
        R by(RowWriter writer, StoredTable table) throws SQLException;
    }

    SmallWrite(String table, Work<R> work) {
        this.table = table;
        this.work = work;
    }

    /** Returns whether it succeeded; if not, what it did is to be undone. Can be run again, as if for the first time. */
    boolean run(Session session, Tables tables, SqlErrors errors, GeneratedKeys keys, boolean heard) {
        failure = null;
        capture = heard ? new ChangeCapture() : null;
        try {
            StoredTable stored = tables.require(table, session);
            try (RowWriter writer = new RowWriter(session, stored, errors, keys, capture)) {
                result = work.by(writer, stored);
            }
            return true;
        } catch (SQLException e) {
            failure = errors.translate(e);
        } catch (RuntimeException e) {
            failure = e;
        }
        return false;
    }

    boolean isRefused() {
        return failure != null;
    }

    /** It was not committed. */
    void refuse(RuntimeException reason) {
        failure = reason;
    }

    /** What it did to rows. */
    List<RowChange> changes() {
        return capture == null ? List.of() : capture.merged();
    }

    /** What became of it, for the thread that did it. */
    R result() {
        if (failure != null) {
            throw failure;
        }
        return Objects.requireNonNull(result);
    }

    /** The same for the thread that had another one do it: a failure shows the traces of both. */
    R resultOfAnother() {
        if (failure != null) {
            failure.setStackTrace(Stream.of(failure.getStackTrace(), new Throwable().getStackTrace())
                    .flatMap(Arrays::stream)
                    .toArray(StackTraceElement[]::new));
        }
        return result();
    }
}
