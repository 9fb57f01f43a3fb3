package io.taskmover.storage.file;

import io.taskmover.storage.file.Changes.Change;
import io.taskmover.storage.file.RowParser.Broken;
import io.taskmover.storage.file.RowParser.Gone;
import io.taskmover.storage.file.RowParser.Parsed;
import io.taskmover.storage.file.RowParser.Whole;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings together what the manifest says of one table, what its files turn out to be, and what the journal says came
 * after. Reads only the files that are not as the manifest has them. Used once.
 */
final class TableLoader {
    private final RowFiles rows;
    private final TableFiles files;
    private final TableSchema schema;
    private final Changes.@Nullable OfTable changed;
    private final Map<Object, List<Row>> tail;
    private final RowParser parser;
    private final Deletions deletions;

    private final List<Parsed> edits = new ArrayList<>();
    private final Map<String, Broken> broken = new TreeMap<>();

    /**
     * @param schema the table as it is after the journal's last commit
     * @param changed what the journal says; null if nothing
     * @param tail every state that the journal has of a row, for rows that it has
     */
    TableLoader(
            RowFiles rows,
            TableSchema schema,
            Changes.@Nullable OfTable changed,
            Map<Object, List<Row>> tail,
            Deletions deletions) {
        this.deletions = deletions;
        this.rows = rows;
        this.files = rows.files(schema.name());
        this.schema = schema;
        this.changed = changed;
        this.tail = tail;
        this.parser = new RowParser(
                schema,
                files,
                changed == null ? Set.of() : changed.unstable(),
                changed == null ? Set.of() : changed.known(),
                key -> tail.containsKey(key) || (changed != null && changed.columnDropped()));
    }

    /** What a found place turned out to be; the JSON is let go, since there may be many. */
    private record Verdict(
            Found found,
            @Nullable Object key,
            @Nullable Row own,
            @Nullable Parsed edit) {}

    /**
     * Loads the table.
     *
     * @param known as the manifest has it
     * @throws io.taskmover.storage.error.CorruptionException if the table's directory is gone, or more than half of its
     *     files, and that is not to be taken for deletions
     */
    TableState load(TableStubs known) throws IOException {
        Map<Object, Row> base = new LinkedHashMap<>();
        if (changed != null && changed.emptied()) {
            // what an attempt that was cut off has written already
            for (Verdict verdict : files.differences(schema, this::examine)) {
                accept(verdict, base);
            }
            base.clear();
        } else {
            requireDirectory();
            for (Verdict verdict : files.differences(schema, this::examine)) {
                take(verdict, base);
            }
            requireMost(known);
            complete(known, base);
        }
        Map<Object, Row> after = new LinkedHashMap<>();
        if (changed != null) {
            for (Map.Entry<Object, Change> entry : changed.rows().entrySet()) {
                base.remove(entry.getKey());
                Row row = entry.getValue().after();
                if (row != null) {
                    after.put(entry.getKey(), row);
                }
            }
        }
        return new TableState(schema, base, after, edits, broken);
    }

    private void requireDirectory() throws IOException {
        if (!deletions.acceptDirectory() && !Links.isDirectory(files.directory())) {
            throw Deletions.directoryGone(files.directory(), schema.name());
        }
    }

    private void requireMost(TableStubs known) {
        int missing = 0;
        for (Parsed edit : edits) {
            missing += edit instanceof Gone ? 1 : 0;
        }
        int rowsBefore = Math.max(known.rows().size(), missing);
        if (!deletions.accept(missing, rowsBefore)) {
            throw Deletions.tooMany(files.directory(), schema.name(), missing, rowsBefore);
        }
    }

    private Verdict examine(Found found) {
        Found bare = found.withoutJson();
        if (files.isUnchanged(found)) {
            return new Verdict(bare, found.key(), null, null);
        }
        Parsed parsed = parser.parse(found);
        if (parsed instanceof Whole whole) {
            if (tail.containsKey(whole.key())) {
                boolean own = tail.get(whole.key()).stream()
                        .anyMatch(row -> Changes.convert(row, schema.rowType()).equals(whole.row()));
                return own ? new Verdict(bare, whole.key(), whole.row(), null) : new Verdict(bare, null, null, null);
            }
            if (changed != null && changed.columnDropped()) {
                // rewritten without the column, most likely, before the power went
                return new Verdict(bare, whole.key(), whole.row(), null);
            }
        }
        // a place where the journal has something to write is looked at when it is written
        Object key = parsed instanceof Gone gone ? gone.key() : found.key();
        boolean later = key != null && tail.containsKey(key);
        return new Verdict(bare, null, null, later ? null : parsed);
    }

    private void take(Verdict verdict, Map<Object, Row> base) {
        Parsed edit = verdict.edit();
        if (edit instanceof Broken bad && bad.found().key() == null) {
            if (!isWrittenLater(bad.found())) {
                broken.put(bad.found().name(), bad);
            }
        } else if (edit != null) {
            edits.add(edit);
        } else {
            accept(verdict, base);
        }
    }

    private void accept(Verdict verdict, Map<Object, Row> base) {
        Object key = verdict.key();
        if (key != null) {
            files.accept(key, verdict.found());
            if (verdict.own() != null) {
                base.put(key, StubShapes.stub(schema, verdict.own()));
            }
        }
    }

    private boolean isWrittenLater(Found found) {
        String name = found.name();
        return tail.keySet().stream().anyMatch(key -> FileNames.ofKey(key).equals(name));
    }

    /**
     * Adds the rows of the manifest. Of those that were edited since, it tells what the indexes have; all else of them
     * nobody can tell any more. Those of which it does not tell all that the indexes need are read.
     */
    private void complete(TableStubs known, Map<Object, Row> base) {
        Set<Object> edited = new HashSet<>();
        for (Parsed edit : edits) {
            Object key = edit.found().key();
            if (key != null && !(edit instanceof Broken)) {
                edited.add(key);
            }
        }
        for (Map.Entry<Object, TableStubs.Stub> entry : known.rows().entrySet()) {
            Object key = entry.getKey();
            Row stub = entry.getValue().row();
            if (tail.containsKey(key)) {
                continue;
            }
            if (!entry.getValue().suffices(schema)) {
                if (edited.contains(key)) {
                    continue;
                }
                stub = StubShapes.stub(schema, rows.read(schema, key));
            } else if (stub.type() != schema.rowType()) {
                stub = Changes.convert(stub, schema.rowType());
            }
            base.putIfAbsent(key, stub);
        }
        // only after a batch that was cut off or an edit can a row have a place that the manifest does not know
        Set<Object> keys = files.keys().size() == known.rows().size() ? Set.of() : files.keys();
        for (Object key : keys) {
            if (!known.rows().containsKey(key)
                    && !edited.contains(key)
                    && !tail.containsKey(key)
                    && !base.containsKey(key)) {
                base.put(key, StubShapes.stub(schema, rows.read(schema, key)));
            }
        }
    }
}
