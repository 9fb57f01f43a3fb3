package io.taskmover.storage.file;

import io.taskmover.storage.file.RowParser.Broken;
import io.taskmover.storage.file.RowParser.Gone;
import io.taskmover.storage.file.RowParser.Parsed;
import io.taskmover.storage.file.RowParser.Whole;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
        Map<Object, Row> own = new HashMap<>();
        List<Row> stubs;
        if (changed != null && changed.emptied()) {
            // what an attempt that was cut off has written already
            for (Verdict verdict : files.differences(schema, this::examine)) {
                accept(verdict, own);
            }
            stubs = List.of();
        } else {
            requireDirectory();
            for (Verdict verdict : files.differences(schema, this::examine)) {
                take(verdict, own);
            }
            known.settle(schema); // not of a table that was dropped: its keys may have been of another type
            requireMost(known);
            stubs = stubs(known, own);
        }
        return new TableState(schema, stubs, later(), edits, broken);
    }

    /** The rows that the journal has, in key order. */
    private List<Row> later() {
        if (changed == null) {
            return List.of();
        }
        TreeMap<Object, Row> later = new TreeMap<>(schema::compareKeys);
        changed.rows().forEach((key, change) -> {
            Row row = change.after();
            if (row != null) {
                later.put(key, row);
            }
        });
        return List.copyOf(later.values());
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
        int rowsBefore = Math.max(known.size(), missing);
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
                        .anyMatch(row -> parser.asRead(row).equals(whole.row()));
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

    private void take(Verdict verdict, Map<Object, Row> own) {
        Parsed edit = verdict.edit();
        if (edit instanceof Broken bad && bad.found().key() == null) {
            if (!isWrittenLater(bad.found())) {
                broken.put(bad.found().name(), bad);
            }
        } else if (edit != null) {
            edits.add(edit);
        } else {
            accept(verdict, own);
        }
    }

    private void accept(Verdict verdict, Map<Object, Row> own) {
        Object key = verdict.key();
        if (key != null) {
            files.accept(key, verdict.found());
            if (verdict.own() != null) {
                own.put(key, StubShapes.stub(schema, verdict.own()));
            }
        }
    }

    private boolean isWrittenLater(Found found) {
        String name = found.name();
        return tail.keySet().stream().anyMatch(key -> FileNames.ofKey(key).equals(name));
    }

    /**
     * The rows that stand in the files, in key order: those of the manifest that the journal does not have. Of those that
     * were edited since, it tells what the indexes have; all else of them nobody can tell any more. Those of which it does
     * not tell all that the indexes need are read.
     *
     * @param own rows that turned out to be the store's own, which the manifest need not have
     */
    private List<Row> stubs(TableStubs known, Map<Object, Row> own) {
        Set<Object> edited = new HashSet<>();
        for (Parsed edit : edits) {
            Object key = edit.found().key();
            if (key != null && !(edit instanceof Broken)) {
                edited.add(key);
            }
        }
        own.keySet().removeAll(tail.keySet());
        addUnknown(known, edited, own);
        List<Row> stubs = new ArrayList<>(known.size() + own.size());
        for (int i = 0; i < known.size(); i++) {
            Object key = known.key(i);
            if (own.containsKey(key) || tail.containsKey(key)) {
                continue;
            }
            if (known.suffices(i, schema)) {
                Row stub = known.row(i);
                stubs.add(stub.type() == schema.rowType() ? stub : Changes.convert(stub, schema.rowType()));
            } else if (!edited.contains(key)) {
                stubs.add(StubShapes.stub(schema, rows.read(schema, key)));
            }
        }
        if (!own.isEmpty()) {
            stubs.addAll(own.values());
            stubs.sort((a, b) -> schema.compareKeys(keyOf(a), keyOf(b)));
        }
        return stubs;
    }

    /** Only after a batch that was cut off or an edit can a row have a place that the manifest does not know. */
    private void addUnknown(TableStubs known, Set<Object> edited, Map<Object, Row> own) {
        Set<Object> keys = files.keys();
        if (keys.size() == known.size()) {
            return;
        }
        Set<Object> others = new HashSet<>(keys);
        for (int i = 0; i < known.size(); i++) {
            others.remove(known.key(i));
        }
        for (Object key : others) {
            if (!edited.contains(key) && !tail.containsKey(key) && !own.containsKey(key)) {
                own.put(key, StubShapes.stub(schema, rows.read(schema, key)));
            }
        }
    }

    private Object keyOf(Row row) {
        return Objects.requireNonNull(schema.keyOf(row));
    }
}
