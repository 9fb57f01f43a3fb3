package io.taskmover.storage.file;

import io.taskmover.storage.file.Changes.Change;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowJson;
import io.taskmover.storage.schema.SchemaJson;
import io.taskmover.storage.schema.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Brings the JSON files and the manifest to the state that {@link Changes} lead to, durably: files first, then the
 * manifest that says what they are. Doing it again after it was cut off comes to the same. Used by one thread at a time.
 */
final class Checkpointer implements AutoCloseable {
    /** How many rows are rewritten at a time after a column was dropped. */
    private static final int CHUNK = 1_024;

    private final Disk disk;
    private final StorePaths paths;
    private final RowFiles rows;
    private final EditKeeper keeper;
    private final AtomicFile atomic;
    private final Manifest manifest;
    private final long manifestGrowth;
    /** Whether the manifest's last mark says that there is nothing in the journal. */
    private boolean clean;

    /** @param manifestGrowth how many bytes are appended to the manifest at least before it is made compact */
    Checkpointer(
            Disk disk,
            StorePaths paths,
            RowFiles rows,
            EditKeeper keeper,
            Manifest manifest,
            boolean clean,
            long manifestGrowth) {
        this.disk = disk;
        this.paths = paths;
        this.rows = rows;
        this.keeper = keeper;
        this.atomic = new AtomicFile(disk, paths);
        this.manifest = manifest;
        this.clean = clean;
        this.manifestGrowth = manifestGrowth;
    }

    /** Applies the changes; all is durable on return. After a failure it can be tried again. */
    void apply(Changes changes) throws IOException {
        StoreCatalog to = changes.catalog();
        for (var entry : changes.tables().entrySet()) {
            TableSchema schema = to.tables().get(entry.getKey());
            TableFiles files = rows.files(entry.getKey());
            if (entry.getValue().emptied()) {
                files.clear(schema == null, keeper.ofNoTable());
            }
            if (schema != null) {
                describe(disk, atomic, files.directory(), schema);
                files.write(schema, entry.getValue().rows(), keeper.of(entry.getKey()));
            }
        }
        List<Runnable> done = new ArrayList<>();
        manifest.append(out -> {
            if (!to.tables().equals(changes.from().tables())) {
                out.catalog(to);
            }
            for (var entry : changes.tables().entrySet()) {
                append(entry.getKey(), entry.getValue(), to.tables().get(entry.getKey()), out, done);
            }
            out.mark(false, to.sequence(), to.generated());
        });
        done.forEach(Runnable::run);
        changes.tables().forEach((table, changed) -> {
            if (!changed.unstable().isEmpty()) {
                rows.settled(table, changed.unstable());
            }
        });
        clean = false;
        if (manifest.outgrown(manifestGrowth)) {
            compact(to);
        }
    }

    private void append(
            String name, Changes.OfTable table, @Nullable TableSchema schema, ManifestWriter out, List<Runnable> done)
            throws IOException {
        if (table.emptied()) {
            out.emptied(name);
        } else if (!table.unstable().isEmpty()) {
            out.forgetColumns(name, table.unstable());
        }
        if (schema != null) {
            TableFiles files = rows.files(name);
            done.add(files.describe(schema, table.rows(), out));
            if (table.columnDropped() && !table.emptied()) {
                dropColumns(schema, table, files, out, done);
            }
        }
    }

    /** Rewrites the files of the rows that did not change but have a column that is gone. */
    private void dropColumns(
            TableSchema schema, Changes.OfTable table, TableFiles files, ManifestWriter out, List<Runnable> done)
            throws IOException {
        Map<Object, Change> chunk = new LinkedHashMap<>();
        RowParser parser = new RowParser(schema, files, table.unstable(), Set.of(), key -> false);
        List<Object> keys = new ArrayList<>(files.keys());
        for (int i = 0; i < keys.size(); i++) {
            Object key = keys.get(i);
            if (!table.rows().containsKey(key)) {
                Row row = parser.withoutUnknown(files.read(key));
                if (row != null) {
                    chunk.put(key, new Change(row));
                }
            }
            if (chunk.size() == CHUNK || i == keys.size() - 1) {
                files.write(schema, chunk, keeper.of(schema.name()));
                done.add(files.describe(schema, chunk, out));
                chunk.clear();
            }
        }
    }

    /** Makes the manifest small again. A failure that is not of a force is no harm: the former one goes on. */
    private void compact(StoreCatalog catalog) throws IOException {
        try {
            List<Runnable> done = new ArrayList<>();
            manifest.replace((former, out) -> {
                out.catalog(catalog);
                for (TableSchema table : catalog.tables().values()) {
                    done.add(rows.files(table.name()).describeAll(table, former, out));
                }
                out.mark(false, catalog.sequence(), catalog.generated());
            });
            done.forEach(Runnable::run);
        } catch (ForceFailedException e) {
            throw e;
        } catch (IOException e) {
            Threads.LOG.warn("The manifest {} cannot be made compact; it goes on growing", paths.manifest(), e);
        }
    }

    /**
     * Says that the files hold everything, and the journal nothing more; durable on return. A manifest that tells of many
     * rows out of their order is brought into order first: it is then read in half the time.
     */
    void markClean(StoreCatalog catalog) throws IOException {
        if (!clean) {
            if (manifest.disordered(manifestGrowth)) {
                compact(catalog);
            }
            manifest.append(out -> out.mark(true, catalog.sequence(), catalog.generated()));
            clean = true;
        }
    }

    /** Writes a table's schema into its directory, made if it is missing. */
    static void describe(Disk disk, AtomicFile atomic, Path directory, TableSchema schema) throws IOException {
        disk.createDirectories(directory);
        Path file = directory.resolve(StorePaths.SCHEMA);
        byte[] bytes = text(schema);
        if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), bytes)) {
            atomic.write(file, ByteBuffer.wrap(bytes));
            AtomicFile.forceDirectory(disk, directory);
        }
    }

    private static byte[] text(TableSchema schema) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator generator = RowJson.generator(out, true)) {
            SchemaJson.write(generator, schema);
        }
        out.write('\n');
        return out.toByteArray();
    }

    @Override
    public void close() throws IOException {
        manifest.close();
    }
}
