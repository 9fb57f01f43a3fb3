package io.taskmover.storage.file;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.CompositeKey;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowJson;
import io.taskmover.storage.schema.SchemaJson;
import io.taskmover.storage.schema.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import tools.jackson.core.JsonGenerator;

/**
 * Stores as a released version wrote them, kept so that later ones go on reading them: one that was closed, and one as
 * a crash left it, with a journal; of each layout, with the same rows. They are archives, because git neither keeps times and empty directories nor takes
 * what {@code .storage/.gitignore} leaves out. What they hold stands beside them, as text.
 *
 * <p>{@link #main} makes them, once for each version of the format and layout; what a version has made is never made again.
 */
final class GoldenStore {
    private GoldenStore() {}

    /** So few that there are several. */
    private static final int SEGMENT_BYTES = 2_000;

    /** @param arguments the directory for the archives, the version: {@code 1}, and the layout */
    public static void main(String[] arguments) throws IOException {
        Path into = Path.of(arguments[0]);
        String version = "format-" + arguments[1];
        String layout = arguments[2];
        String name = layout.equals("entity") ? version : version + "-" + layout;
        Path root = Files.createTempDirectory("golden");
        boolean[] stuck = {false};
        Disk disk = new RealDisk() {
            @Override
            public void move(Path from, Path to) throws IOException {
                if (stuck[0] && to.toString().matches(".*\\.jsonl?")) {
                    throw new IOException("stuck");
                }
                super.move(from, to);
            }
        };
        StorageBackend memory = StorageBackend.open(StorageConfig.of("memory:"));
        try (FileSystemBackend store = open(disk, root, layout)) {
            fill(store);
        }
        fill(memory);
        pack(root, into.resolve(name + "-closed.zip"));
        Files.writeString(into.resolve(version + "-closed.golden"), describe(memory));
        try (FileSystemBackend store = open(disk, root, layout)) {
            stuck[0] = true;
            change(store);
            pack(root, into.resolve(name + "-crashed.zip"));
        }
        change(memory);
        Files.writeString(into.resolve(version + "-crashed.golden"), describe(memory));
        StoreFixture.deleteAll(root);
    }

    private static FileSystemBackend open(Disk disk, Path root, String layout) {
        FileSystemBackend store = new FileSystemBackend(disk, Bounds.USUAL.withSegmentBytes(SEGMENT_BYTES));
        store.connect(StorageConfig.builder("file:" + root)
                .option(Layout.OPTION, layout)
                .build());
        return store;
    }

    /** Everything that the format has a form for. */
    private static void fill(StorageBackend store) {
        TableSchema types = TableSchema.builder("types")
                .column("id", DataType.TEXT)
                .column(Column.of("text", DataType.TEXT).withDefault("none"))
                .column("integer", DataType.INTEGER)
                .column("real", DataType.REAL)
                .column("decimal", DataType.DECIMAL)
                .column("boolean", DataType.BOOLEAN)
                .column("timestamp", DataType.TIMESTAMP)
                .column("date", DataType.DATE)
                .column("time", DataType.TIME)
                .column("uuid", DataType.UUID)
                .column("blob", DataType.BLOB)
                .column("json", DataType.JSON)
                .primaryKey("id")
                .index("integer", "text")
                .unique("uuid")
                .build();
        store.createTable(types);
        store.write("types", WriteMode.INSERT, List.of(ordinary(types), extreme(types), nulls(types, "nulls")));

        store.createTable(TableSchema.builder("counted")
                .column("id", DataType.INTEGER)
                .column("name", DataType.TEXT)
                .primaryKey("id")
                .generatedKey()
                .unique("name")
                .build());
        for (String word : List.of("one", "two", "three")) {
            store.insert("counted", Map.of("name", word));
        }
        store.delete("counted", 3L);

        TableSchema pairs = TableSchema.builder("pairs")
                .column("left", DataType.TEXT)
                .column("right", DataType.INTEGER)
                .column("version", DataType.INTEGER)
                .primaryKey("left", "right")
                .version("version")
                .build();
        store.createTable(pairs);
        store.write(
                "pairs",
                WriteMode.INSERT,
                List.of(Row.of(pairs.rowType(), "a,b", 1L, 0L), Row.of(pairs.rowType(), "A", -1L, 0L)));

        TableSchema odd = TableSchema.builder("Odd name/é")
                .column("id", DataType.TEXT)
                .primaryKey("id")
                .build();
        store.createTable(odd);
        for (String id : List.of("", "T1", "t1", "../x", "con", ".", "é", "e\u0301", "x".repeat(512))) {
            store.insert(odd.name(), Map.of("id", id));
        }
        fillMany(store);
        alter(store);
    }

    private static Row ordinary(TableSchema types) {
        return Row.of(
                types.rowType(),
                "ordinary",
                "Zeile 1\nline \"2\"\té😀",
                42L,
                0.1,
                new BigDecimal("12.50"),
                true,
                Instant.parse("2024-02-29T12:34:56.789Z"),
                LocalDate.of(2024, 2, 29),
                LocalTime.of(12, 34, 56),
                UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
                Blob.of(new byte[] {0, 1, -1}),
                new TreeMap<>(Map.of("list", List.of(1L, new BigDecimal("2.5"), "three", Map.of()), "yes", true)));
    }

    private static Row extreme(TableSchema types) {
        return Row.of(
                types.rowType(),
                "extreme",
                "",
                Long.MIN_VALUE,
                -Double.MIN_VALUE,
                new BigDecimal("-1234567890123456789012345678901234567.890"),
                false,
                Instant.parse("9999-12-31T23:59:59.999999999Z"),
                LocalDate.of(1, 1, 1),
                LocalTime.MAX,
                new UUID(-1, -1),
                Blob.of(new byte[0]),
                List.of());
    }

    private static Row nulls(TableSchema types, String id) {
        Object[] values = new Object[types.columns().size()];
        values[0] = id;
        return Row.of(types.rowType(), values);
    }

    /** Enough rows that the last ones go to hash directories; most are then removed again. */
    private static void fillMany(StorageBackend store) {
        store.createTable(many());
        List<Row> rows = new ArrayList<>();
        for (long i = 1; i <= 1_000; i++) {
            rows.add(Row.of(many().rowType(), i, "flat"));
        }
        store.write("many", WriteMode.INSERT, rows);
        settle(store);
        store.write(
                "many",
                WriteMode.INSERT,
                List.of(Row.of(many().rowType(), 1_001L, "hashed"), Row.of(many().rowType(), 1_002L, "hashed")));
        settle(store);
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            for (long i = 3; i <= 1_000; i++) {
                transaction.delete("many", i);
            }
            transaction.commit();
        }
    }

    private static TableSchema many() {
        return TableSchema.builder("many")
                .column("id", DataType.INTEGER)
                .column("place", DataType.TEXT)
                .primaryKey("id")
                .build();
    }

    private static void alter(StorageBackend store) {
        store.createTable(StoreFixture.NOTES);
        store.write("notes", WriteMode.INSERT, List.of(StoreFixture.note("a", 1), StoreFixture.note("b", 2)));
        settle(store);
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            transaction
                    .catalog()
                    .addColumn("notes", Column.of("color", DataType.TEXT).withDefault("red"));
            transaction.catalog().dropColumn("notes", "n");
            transaction.commit();
        }
        store.insert("notes", Map.of("id", "c", "color", "blue"));
    }

    /** What the crashed store has in its journal only: rows and tables that come, change and go. */
    private static void change(StorageBackend store) {
        TableSchema types = store.schemaOf("types");
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            transaction.write("types", WriteMode.INSERT, List.of(nulls(types, "late")));
            transaction.write(
                    "types",
                    WriteMode.UPDATE,
                    List.of(ordinary(types).with("integer", 43L).with("json", null)));
            transaction.delete("types", "nulls");
            transaction.commit();
        }
        store.insert("counted", Map.of("name", "four"));
        store.delete("counted", 4L);
        store.delete("pairs", CompositeKey.of("A", -1L));
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            transaction.catalog().drop("Odd name/é");
            transaction.catalog().addColumn("notes", Column.of("size", DataType.INTEGER));
            transaction
                    .catalog()
                    .create(TableSchema.builder("new")
                            .column("id", DataType.UUID)
                            .primaryKey("id")
                            .build());
            transaction.commit();
        }
        store.insert("new", Map.of("id", new UUID(1, 2)));
    }

    private static void settle(StorageBackend store) {
        if (store instanceof FileSystemBackend files) {
            files.drain();
        }
    }

    /** Everything that a store holds: each table's schema, and its rows in the order of their keys. */
    static String describe(StorageBackend store) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        List<String> tables;
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
            tables = transaction.catalog().tables();
        }
        for (String table : tables) {
            TableSchema schema = store.schemaOf(table);
            text.write(("=== " + table + "\n").getBytes(StandardCharsets.UTF_8));
            try (JsonGenerator generator = RowJson.generator(text, true)) {
                SchemaJson.write(generator, schema);
            }
            text.write('\n');
            RowJson json = RowJson.of(schema.rowType());
            for (Row row : StoreFixture.rows(store, table).values()) {
                text.write(json.file(row));
            }
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    /** Without what is under construction. */
    private static void pack(Path root, Path archive) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive));
                Stream<Path> all = Files.walk(root)) {
            Path temporary = new StorePaths(root).temporary();
            for (Path path : all.filter(path -> !path.startsWith(temporary) || path.equals(temporary))
                    .sorted()
                    .toList()) {
                boolean directory = Files.isDirectory(path);
                ZipEntry entry =
                        new ZipEntry(root.relativize(path).toString().replace('\\', '/') + (directory ? "/" : ""));
                if (!path.equals(root)) {
                    entry.setLastModifiedTime(Files.getLastModifiedTime(path));
                    zip.putNextEntry(entry);
                    if (!directory) {
                        zip.write(Files.readAllBytes(path));
                    }
                    zip.closeEntry();
                }
            }
        }
    }

    /** Lays out a copy of an archive among the test resources. */
    static void unpack(String archive, Path root) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(GoldenStore.class.getResourceAsStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path path = root.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else {
                    Files.copy(zip, path);
                    Files.setLastModifiedTime(path, entry.getLastModifiedTime());
                }
            }
        }
    }
}
