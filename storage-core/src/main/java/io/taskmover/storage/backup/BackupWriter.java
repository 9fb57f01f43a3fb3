package io.taskmover.storage.backup;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Catalog;
import io.taskmover.storage.backend.Decisions;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backup.BackupManifest.Part;
import io.taskmover.storage.backup.BackupManifest.Table;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowJson;
import io.taskmover.storage.schema.SchemaJson;
import io.taskmover.storage.schema.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import tools.jackson.core.JsonGenerator;

/**
 * Writes what a transaction sees as a backup, in one go, row by row; see {@code docs/formats/backup.md}. A thread of its own
 * sums up, compresses and writes what the caller's has read. Used once; to be closed.
 */
final class BackupWriter implements AutoCloseable {
    static final String MANIFEST = "manifest.json";

    /** How many rows are written before the listener is told. */
    private static final int TELL_ROWS = 1_000;

    /** From this size on what is ready is given to the zip file. */
    private static final int CHUNK_BYTES = 1 << 16;

    private final BackendTransaction reading;
    private final Instant made;
    private final BackupListener listener;
    private final SealingOutputStream sealing;
    private final Zip zip;
    private final MessageDigest digest = Sha256.begin();
    private final ByteArrayOutputStream chunk = new ByteArrayOutputStream(2 * CHUNK_BYTES);
    private final Background<Long> writing = new Background<>(1, 4);
    private long partBytes;

    BackupWriter(BackendTransaction reading, Instant made, BackupListener listener, OutputStream out) {
        this.reading = reading;
        this.made = made;
        this.listener = listener;
        this.sealing = new SealingOutputStream(out);
        this.zip = new Zip(sealing);
        // what is saved beyond this is little, and takes longer than everything else together
        zip.setLevel(Deflater.BEST_SPEED);
    }

    /** The names of a table's parts: numbers, for a table may be called anything. */
    static String schemaPart(int number) {
        return "schema/" + number + ".json";
    }

    static String dataPart(int number) {
        return "rows/" + number + ".jsonl";
    }

    /** Writes all tables but those that belong to this one store, as decisions on others do. */
    BackupManifest write() throws IOException {
        List<Table> tables = new ArrayList<>();
        Catalog catalog = reading.catalog();
        for (String name : catalog.tables()) {
            if (!name.equals(Decisions.TABLE)) {
                TableSchema schema = catalog.table(name).orElseThrow();
                tables.add(write(tables.size() + 1, schema, catalog));
            }
        }
        BackupManifest manifest = new BackupManifest(made, tables);
        zip.flush();
        BackupSeal seal = BackupSeal.unsummed(sealing.count());
        begin(MANIFEST);
        chunk.writeBytes(manifest.toJson());
        var unused = end(MANIFEST);
        zip.setComment(seal.text());
        zip.finish();
        sealing.seal();
        return manifest;
    }

    private Table write(int number, TableSchema schema, Catalog catalog) throws IOException {
        begin(schemaPart(number));
        try (JsonGenerator generator = RowJson.generator(chunk, true)) {
            SchemaJson.write(generator, schema);
        }
        chunk.write('\n');
        Part schemaPart = end(schemaPart(number));
        listener.writing(schema.name(), reading.count(Select.from(schema.name())));
        begin(dataPart(number));
        RowJson json = RowJson.of(schema.rowType());
        long rows = 0;
        int longest = 0;
        try (RowCursor cursor = reading.select(ContentHash.inIdOrder(schema));
                JsonGenerator lines = RowJson.lines(chunk)) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                int before = chunk.size() + (rows == 0 ? 0 : 1); // the end of the line before it comes with the row
                json.write(lines, row);
                lines.flush();
                longest = Math.max(longest, chunk.size() - before);
                rows++;
                if (chunk.size() >= CHUNK_BYTES) {
                    flushChunk();
                }
                if (rows % TELL_ROWS == 0) {
                    listener.done(schema.name(), rows);
                }
            }
        }
        if (rows > 0) {
            chunk.write('\n');
        }
        listener.done(schema.name(), rows);
        return new Table(
                schema.name(),
                rows,
                catalog.lastGeneratedKey(schema.name()),
                schemaPart,
                end(dataPart(number)),
                longest);
    }

    private void begin(String part) throws IOException {
        ZipEntry entry = new ZipEntry(part);
        entry.setTimeLocal(LocalDateTime.ofInstant(made, ZoneOffset.UTC));
        zip.putNextEntry(entry);
        partBytes = 0;
    }

    private Part end(String part) throws IOException {
        flushChunk();
        awaitWritten();
        zip.closeEntry();
        return new Part(part, partBytes, Sha256.hex(digest));
    }

    private void flushChunk() throws IOException {
        byte[] bytes = chunk.toByteArray();
        chunk.reset();
        partBytes += bytes.length;
        if (writing.isFull()) {
            var unused = writing.take();
        }
        writing.give(() -> {
            digest.update(bytes);
            zip.write(bytes);
            return (long) bytes.length;
        });
    }

    private void awaitWritten() throws IOException {
        while (writing.take() != null) {
            // one after the other
        }
    }

    @Override
    public void close() {
        writing.close();
        zip.end();
    }

    /** A zip file that can be left without closing the file. */
    private static final class Zip extends ZipOutputStream {
        Zip(OutputStream out) {
            super(out);
        }

        /** Gives back the memory outside of the heap that it compresses in. */
        void end() {
            def.end();
        }
    }
}
