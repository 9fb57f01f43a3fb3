package io.taskmover.storage;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.ForwardingTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What repositories ask of a backend when pages are read. */
public final class PageSelections {
    private PageSelections() {}

    /** The selection by which the page after the first is read from its cursor. */
    public static Select afterTheFirst(BackendTransaction transaction, TableSchema schema, List<Sort> order, int size) {
        Recording recording = new Recording(transaction);
        Page<Row> first = page(recording, schema, order, PageRequest.first(size));
        page(recording, schema, order, first.next().orElseThrow());
        return recording.selections.get(1);
    }

    private static Page<Row> page(
            BackendTransaction transaction, TableSchema schema, List<Sort> order, PageRequest request) {
        return new PageReader(schema, Condition.all(), order, request).read(transaction, Function.identity());
    }

    private static final class Recording extends ForwardingTransaction {
        private final List<Select> selections = new ArrayList<>();

        Recording(BackendTransaction delegate) {
            super(delegate);
        }

        @Override
        public RowCursor select(Select select) {
            selections.add(select);
            return super.select(select);
        }
    }
}
