package io.taskmover.storage.backup;

import io.taskmover.storage.backup.BackupManifest.Part;
import io.taskmover.storage.backup.BackupManifest.Table;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowJson;
import io.taskmover.storage.schema.SchemaJson;
import io.taskmover.storage.schema.TableSchema;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

/**
 * Reads a backup from its beginning to its end, and refuses it if a single bit of it is not as it was written, with the part
 * named. The names in it are compared with those that they have to be and used for nothing else. Memory is bounded by what
 * the manifest says the longest row has. Used once.
 */
final class BackupReader {
    /** A manifest has some 400 bytes for each table. */
    private static final int MAX_MANIFEST_BYTES = 1 << 28;

    private static final int BUFFER_BYTES = 1 << 16;
    /** What is parsed, and loaded into a store, at once, unless a row is longer. */
    private static final int BATCH_BYTES = 1 << 18;
    /** Beside the thread that reads, unpacks and sums up. */
    private static final int PARSERS =
            Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() - 1));

    private final Path file;
    private final Path shown;
    /** Which part is being read, for what is wrong with it. */
    private volatile String place = "its end";

    /**
     * @param file where it is
     * @param shown what people know it by
     */
    BackupReader(Path file, Path shown) {
        this.file = file;
        this.shown = shown;
    }

    /** Is given what is in a backup, table by table, before it is known whether all of it is as it was written. */
    interface Visitor {
        /** A table begins. */
        void table(TableSchema schema, Table table);

        /** Some of its rows, in the order of their keys. */
        void rows(TableSchema schema, List<Row> rows);
    }

    /**
     * Reads all of it. Only if it returns was it what was written.
     *
     * @throws CorruptionException if it is not, or is no backup
     * @throws IOException if it cannot be read
     */
    BackupManifest read(Visitor visitor) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            BackupSeal seal = seal(channel, size);
            place = "part " + BackupWriter.MANIFEST;
            BackupManifest manifest = manifest(seal, size);
            channel.position(0);
            SealedInputStream sealed = new SealedInputStream(Channels.newInputStream(channel), size);
            try (ZipInputStream zip = new ZipInputStream(new BufferedInputStream(sealed, BUFFER_BYTES))) {
                read(zip, manifest, visitor);
                place = "between its parts";
                if (!sealed.sum().equals(seal.sha256())) {
                    throw damaged(
                            "its bytes, or the sum of all bytes behind them, are not those that were written", null);
                }
            }
            return manifest;
        } catch (ZipException | EOFException | PartReader.DamageException e) {
            throw damaged(String.valueOf(e.getMessage()), e);
        }
    }

    private BackupSeal seal(FileChannel channel, long size) throws IOException {
        byte[] end = new byte[(int) Math.min(size, BackupSeal.BYTES)];
        readFully(channel, ByteBuffer.wrap(end), size - end.length);
        return BackupSeal.parse(end)
                .orElseThrow(() -> damaged("it does not end as a backup does: it is cut off, or is no backup", null));
    }

    private static void readFully(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new EOFException("the file has become shorter");
            }
        }
    }

    private BackupManifest manifest(BackupSeal seal, long size) throws IOException {
        if (seal.manifest() >= size) {
            throw damaged("it is not where it should be", null);
        }
        try (FileChannel channel =
                        FileChannel.open(file, StandardOpenOption.READ).position(seal.manifest());
                ZipInputStream zip = new ZipInputStream(new BufferedInputStream(Channels.newInputStream(channel)))) {
            requireEntry(zip, BackupWriter.MANIFEST);
            return manifest(zip);
        }
    }

    private BackupManifest manifest(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MAX_MANIFEST_BYTES);
        if (in.read() >= 0) {
            throw damaged("it is longer than a manifest may be", null);
        }
        try {
            return BackupManifest.parse(bytes);
        } catch (IllegalArgumentException e) {
            throw damaged(String.valueOf(e.getMessage()), e);
        }
    }

    private void read(ZipInputStream zip, BackupManifest manifest, Visitor visitor) throws IOException {
        for (int i = 0; i < manifest.tables().size(); i++) {
            Table table = manifest.tables().get(i);
            TableSchema schema = schema(begin(zip, table.schema(), BackupWriter.schemaPart(i + 1)), table);
            visitor.table(schema, table);
            rows(begin(zip, table.data(), BackupWriter.dataPart(i + 1)), schema, table, visitor);
        }
        place = "part " + BackupWriter.MANIFEST;
        requireEntry(zip, BackupWriter.MANIFEST);
        if (!manifest(zip).equals(manifest)) {
            throw damaged("there are two, and they differ", null);
        }
        if (nextEntry(zip) != null) {
            throw damaged("something follows it that is not in it", null);
        }
    }

    /** Stands at the beginning of a part. */
    private PartReader begin(ZipInputStream zip, Part part, String name) throws IOException {
        place = "part " + name;
        if (!part.name().equals(name)) {
            throw damaged("the manifest has another part in its place", null);
        }
        requireEntry(zip, name);
        return new PartReader(zip, part);
    }

    private void requireEntry(ZipInputStream zip, String name) throws IOException {
        String found = nextEntry(zip);
        if (!name.equals(found)) {
            throw damaged(found == null ? "it is missing" : "another part is in its place", null);
        }
    }

    private @Nullable String nextEntry(ZipInputStream zip) throws IOException {
        try {
            ZipEntry entry = zip.getNextEntry();
            return entry == null ? null : entry.getName();
        } catch (IllegalArgumentException e) {
            throw damaged("its name is none", e);
        }
    }

    private TableSchema schema(PartReader part, Table table) throws IOException {
        String text = new String(part.readAll(), StandardCharsets.UTF_8);
        try {
            TableSchema schema = SchemaJson.parse(text);
            if (!schema.name().equals(table.name())) {
                throw damaged("it is that of another table", null);
            }
            return schema;
        } catch (SchemaException | IllegalArgumentException e) {
            throw damaged(String.valueOf(e.getMessage()), e);
        }
    }

    private void rows(PartReader part, TableSchema schema, Table table, Visitor visitor) throws IOException {
        RowJson json = RowJson.of(schema.rowType());
        try (Background<List<Row>> parsing = new Background<>(PARSERS, PARSERS + 1)) {
            Arrival arrival = new Arrival(schema, visitor);
            for (byte[] lines = part.readLines(BATCH_BYTES, table.longestRow());
                    lines != null;
                    lines = part.readLines(BATCH_BYTES, table.longestRow())) {
                if (parsing.isFull()) {
                    arrival.of(parsing.take());
                }
                byte[] batch = lines;
                parsing.give(() -> parse(json, batch));
            }
            for (List<Row> rows = parsing.take(); rows != null; rows = parsing.take()) {
                arrival.of(rows);
            }
            if (arrival.rows != table.rows()) {
                throw damaged("it has " + arrival.rows + " rows, and the manifest says " + table.rows(), null);
            }
        }
    }

    private List<Row> parse(RowJson json, byte[] lines) {
        List<Row> rows = new ArrayList<>();
        try (JsonParser parser = RowJson.parser(lines)) {
            while (parser.nextToken() != null) {
                rows.add(json.read(parser, (name, value) -> {
                    throw new IllegalArgumentException("the member '" + name + "' is no column");
                }));
            }
            return rows;
        } catch (IllegalArgumentException e) {
            throw notARow(rows, String.valueOf(e.getMessage()), e);
        } catch (JacksonException e) {
            throw notARow(rows, Json.describe(e), e);
        }
    }

    private CorruptionException notARow(List<Row> before, String problem, Exception cause) {
        Object id = before.isEmpty() ? null : before.get(before.size() - 1).get(0);
        return damaged((id == null ? "" : "the row after '" + id + "': ") + problem, cause);
    }

    /** Rows of a table as they come, in the order of their keys: then none is there twice. */
    private final class Arrival {
        private final TableSchema schema;
        private final Visitor visitor;
        private long rows;
        private @Nullable Object last;

        Arrival(TableSchema schema, Visitor visitor) {
            this.schema = schema;
            this.visitor = visitor;
        }

        void of(@Nullable List<Row> batch) {
            if (batch != null) {
                for (Row row : batch) {
                    rows++;
                    last = keyAfter(last, row);
                }
                visitor.rows(schema, batch);
            }
        }

        private Object keyAfter(@Nullable Object former, Row row) {
            Object key = schema.keyOf(row);
            if (key == null) {
                throw damaged("row " + rows + " has no key", null);
            }
            if (former != null && schema.compareKeys(former, key) >= 0) {
                throw damaged("row " + rows + " does not come after the one before it", null);
            }
            return key;
        }
    }

    private CorruptionException damaged(String problem, @Nullable Exception cause) {
        return new CorruptionException(
                "The backup " + shown + " is damaged: " + place + ": " + problem
                        + ". Nothing of it is used; take another one",
                shown + ", " + place,
                cause);
    }
}
