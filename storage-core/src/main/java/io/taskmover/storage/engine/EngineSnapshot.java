package io.taskmover.storage.engine;

import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The whole store as one commit left it, held until {@link #close}: for checkpoints, materialising and checks. Blocks
 * nobody; what it sees takes memory while it is open. Thread-safe.
 */
public final class EngineSnapshot implements AutoCloseable {
    private final CommitPipeline pipeline;
    private final Snapshot snapshot;
    private boolean closed;

    EngineSnapshot(CommitPipeline pipeline, Snapshot held) {
        this.pipeline = pipeline;
        this.snapshot = held;
    }

    /** The last commit that it sees. */
    public long sequence() {
        return snapshot.sequence;
    }

    /** The names of the tables, sorted. */
    public List<String> tables() {
        return snapshot.tables.keySet().stream().sorted(DataType.TEXT::compare).toList();
    }

    public Optional<TableSchema> schema(String table) {
        return Optional.ofNullable(snapshot.tables.get(table)).map(Table::schema);
    }

    /** The row with this primary key. */
    public Optional<Row> find(String table, Object id) {
        return Optional.ofNullable(require(table).rowAt(id, snapshot.sequence));
    }

    /** The rows of a table in the order of their ids. */
    public Rows rows(String table) {
        return new Rows(require(table).rows(), snapshot.sequence);
    }

    /** The keys of the rows of a table, in their order. */
    public Keys keys(String table) {
        return new Keys(require(table).rows().ordered().ascending(Cut.START, Cut.END), snapshot.sequence);
    }

    Table require(String table) {
        Table found = snapshot.tables.get(table);
        if (found == null) {
            throw Table.missing(table, tables());
        }
        return found;
    }

    /** Rows in the order of their ids, each with the commit that wrote it. Not thread-safe. */
    public static final class Rows {
        private final RowStore rows;
        private final OrderedTree.Cursor entries;
        private final long sequence;
        private long written;

        private Rows(RowStore rows, long sequence) {
            this.rows = rows;
            this.entries = rows.ordered().ascending(Cut.START, Cut.END);
            this.sequence = sequence;
        }

        /** The next row, or null after the last. */
        public @Nullable Row next() {
            while (entries.advance()) {
                Version version = entries.slot().versionAt(sequence);
                Row row = version == null ? null : rows.rowOf(entries.slot(), version);
                if (version != null && row != null) {
                    written = version.sequence;
                    return row;
                }
            }
            return null;
        }

        /** The sequence of the commit that wrote the row that {@link #next} gave last. */
        public long writtenAt() {
            return written;
        }
    }

    /** Primary keys in their order. Not thread-safe. */
    public static final class Keys {
        private final OrderedTree.Cursor entries;
        private final long sequence;

        private Keys(OrderedTree.Cursor entries, long sequence) {
            this.entries = entries;
            this.sequence = sequence;
        }

        /** The next key, or null after the last. */
        public @Nullable Object next() {
            while (entries.advance()) {
                Version version = entries.slot().versionAt(sequence);
                if (version != null && !version.deleted()) {
                    return entries.slot().id;
                }
            }
            return null;
        }
    }

    /** Closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            pipeline.release(snapshot);
        }
    }
}
