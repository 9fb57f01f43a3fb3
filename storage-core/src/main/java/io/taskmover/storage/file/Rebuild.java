package io.taskmover.storage.file;

import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.file.RowParser.Broken;
import io.taskmover.storage.file.RowParser.Parsed;
import io.taskmover.storage.file.RowParser.Whole;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.SchemaJson;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes a store of the JSON files alone: of a clone that lacks the internals, of which nobody knows any more what was
 * last written, or of an empty directory. Every file is read. Used once.
 */
final class Rebuild {
    private final Disk disk;
    private final StorePaths paths;
    private final RowFiles rows;
    private final List<TableState> tables = new ArrayList<>();
    private final Map<String, Long> generated = new HashMap<>();
    private final long sequence;
    private final Predicate<Path> isOut;

    Rebuild(Disk disk, StorePaths paths, RowFiles rows) {
        this(disk, paths, rows, StoreCatalog.EMPTY, directory -> false);
    }

    /**
     * @param known what is known from elsewhere: the sequence of what the files hold, and keys that were generated
     * @param isOut tells of directories that are to be left out
     */
    Rebuild(Disk disk, StorePaths paths, RowFiles rows, StoreCatalog known, Predicate<Path> isOut) {
        this.disk = disk;
        this.paths = paths;
        this.rows = rows;
        this.sequence = known.sequence();
        this.generated.putAll(known.generated());
        this.isOut = isOut;
    }

    /** Reads all. */
    List<TableState> run() throws IOException {
        if (Files.isDirectory(paths.root())) {
            for (TableSchema schema : schemas()) {
                tables.add(load(schema));
            }
        }
        return tables;
    }

    StoreCatalog catalog() {
        Map<String, TableSchema> schemas = new TreeMap<>();
        tables.forEach(table -> schemas.put(table.schema().name(), table.schema()));
        generated.keySet().retainAll(schemas.keySet());
        return new StoreCatalog(sequence, schemas, generated);
    }

    /** Writes what was found: the manifest, and the schemas of tables that turned out to have more columns. */
    Manifest save() throws IOException {
        AtomicFile atomic = new AtomicFile(disk, paths);
        for (TableState table : tables) {
            Checkpointer.describe(disk, atomic, paths.table(table.schema().name()), table.schema());
        }
        StoreCatalog catalog = catalog();
        return Manifest.create(disk, paths, rows.layout(), out -> {
            out.catalog(catalog);
            for (TableState table : tables) {
                rows.files(table.schema().name()).describeAll(table.schema(), table.stubs(), out);
            }
            // the first holds once something was appended in the place of the second
            out.mark(false, catalog.sequence(), catalog.generated());
            out.mark(true, catalog.sequence(), catalog.generated());
        });
    }

    private List<TableSchema> schemas() throws IOException {
        List<TableSchema> schemas = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(paths.root())) {
            for (Path entry : entries) {
                Path description = entry.resolve(StorePaths.SCHEMA);
                if (StoreDirectories.isTable(entry) && !isOut.test(entry)) {
                    Links.refuse(entry);
                    Links.refuse(description);
                    schemas.add(read(paths, description));
                }
            }
        }
        return schemas;
    }

    /**
     * What a table's directory says of it.
     *
     * @throws io.taskmover.storage.error.CorruptionException if that cannot be understood
     */
    static TableSchema read(StorePaths paths, Path description) throws IOException {
        try {
            TableSchema schema = SchemaJson.of(Json.parse(Files.readString(description)));
            if (!paths.table(schema.name()).equals(description.getParent())) {
                throw new IllegalArgumentException("it describes the table '" + schema.name() + "', whose directory is "
                        + paths.table(schema.name()));
            }
            return schema;
        } catch (IllegalArgumentException | SchemaException | CharacterCodingException e) {
            throw Failures.corrupt(description, String.valueOf(e.getMessage()), e);
        }
    }

    /** Whether a table's directory says what the table is. */
    static boolean isDescribed(StorePaths paths, Path directory) throws IOException {
        Path description = directory.resolve(StorePaths.SCHEMA);
        try {
            if (Links.isFile(description)) {
                TableSchema unused = read(paths, description);
                return true;
            }
            return false;
        } catch (CorruptionException e) {
            return false;
        }
    }

    /** A row that was found, without most of its values. */
    private record Entry(
            Found found,
            @Nullable Object key,
            @Nullable Row stub,
            Set<String> more,
            @Nullable Broken bad) {}

    private TableState load(TableSchema schema) throws IOException {
        TableFiles files = rows.files(schema.name());
        RowParser parser = new RowParser(schema, files, Set.of(), Set.of(), key -> false);
        Map<Object, Row> stubs = new TreeMap<>(schema::compareKeys);
        Map<Object, Found> places = new HashMap<>();
        Map<String, Broken> broken = new TreeMap<>();
        Set<String> more = new TreeSet<>();
        for (Entry entry : files.differences(schema, found -> entry(schema, parser.parse(found)))) {
            Object key = entry.key();
            if (entry.bad() != null || key == null) {
                broken.put(entry.found().name(), bad(entry));
                noteGenerated(schema, entry.found());
                continue;
            }
            Found other = places.putIfAbsent(key, entry.found());
            if (other != null) {
                stubs.remove(key);
                broken.put(entry.found().name(), new Broken(entry.found(), "the same row is also in " + other.place()));
                continue;
            }
            stubs.put(key, Objects.requireNonNull(entry.stub()));
            more.addAll(entry.more());
        }
        stubs.keySet().forEach(key -> files.accept(key, Objects.requireNonNull(places.get(key))));
        if (schema.generatedKey()) {
            generated.merge(schema.name(), 0L, Math::max);
            stubs.keySet().forEach(key -> generated.merge(schema.name(), (Long) key, Math::max));
        }
        TableSchema whole = adopt(schema, more, stubs);
        return new TableState(whole, List.copyOf(stubs.values()), List.of(), List.of(), broken);
    }

    private static Entry entry(TableSchema schema, Parsed parsed) {
        Found bare = parsed.found().withoutJson();
        if (parsed instanceof Whole whole) {
            return new Entry(
                    bare,
                    whole.key(),
                    StubShapes.stub(schema, whole.row()),
                    whole.more().keySet(),
                    null);
        }
        return new Entry(bare, null, null, Set.of(), parsed instanceof Broken bad ? bad : null);
    }

    private static Broken bad(Entry entry) {
        Broken bad = entry.bad();
        return bad == null ? new Broken(entry.found(), "it is gone") : new Broken(entry.found(), bad.problem());
    }

    /** A key that a broken file's name states was given out once. */
    private void noteGenerated(TableSchema schema, Found found) {
        if (schema.generatedKey()) {
            FileNames.decodeNumber(found.name()).ifPresent(key -> generated.merge(schema.name(), key, Math::max));
        }
    }

    /** Members that are not columns become columns of type JSON, so that they are kept when their rows are written. */
    private static TableSchema adopt(TableSchema schema, Set<String> names, Map<Object, Row> stubs) {
        if (names.isEmpty()) {
            return schema;
        }
        TableSchema.Builder builder = schema.toBuilder();
        names.forEach(name -> builder.column(Column.of(name, DataType.JSON)));
        TableSchema whole = builder.build();
        stubs.replaceAll((key, stub) -> Changes.convert(stub, whole.rowType()));
        Threads.LOG.info("Table '{}' has new columns, found in its files: {}", schema.name(), names);
        return whole;
    }
}
