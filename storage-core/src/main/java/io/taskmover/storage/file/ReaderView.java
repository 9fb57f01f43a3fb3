package io.taskmover.storage.file;

import io.taskmover.storage.backend.Verification;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.engine.CommitLog;
import io.taskmover.storage.engine.Engine;
import io.taskmover.storage.metrics.StorageMetrics;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One snapshot of a store that somebody else may be writing: what was committed when it was opened, and nothing that was
 * committed later. Reads the files and changes none of them.
 */
final class ReaderView implements AutoCloseable {
    private final StorePaths paths;
    private final ReaderRegistration registration;
    private final FileTasks tasks;
    private final RowFiles files;
    private final Recovery.Recovered recovered;
    private final SnapshotRows rows;
    private final Edits edits;
    private final OpenStore.View view;
    /** How many transactions use it. Guarded by the {@link StoreReader}. */
    int users;

    private ReaderView(
            StorePaths paths,
            FileTasks tasks,
            ReaderOpening.Opened opened,
            SnapshotRows rows,
            Edits edits,
            OpenStore.View view) {
        this.edits = edits;
        this.paths = paths;
        this.registration = opened.registration();
        this.tasks = tasks;
        this.files = opened.files();
        this.recovered = opened.recovered();
        this.rows = rows;
        this.view = view;
    }

    /** Opens the newest snapshot; nothing is held after a failure. */
    static ReaderView open(Disk disk, StorePaths paths, StorageConfig config, long memory) {
        FileTasks tasks = new FileTasks();
        Layout wanted = Layout.parse(config.option(Layout.OPTION).orElse(null));
        Supplier<RowFiles> layout = () -> StoreFiles.rows(layout(paths, wanted), disk, paths, tasks, Bounds.USUAL);
        Deletions deletions = Deletions.parse(config.option(Deletions.OPTION).orElse(null));
        ReaderOpening opening = new ReaderOpening(disk, paths, layout, deletions);
        boolean open = false;
        try {
            ReaderOpening.Opened opened = opening.run();
            SnapshotRows rows = new SnapshotRows(disk, paths, layout, opened);
            Engine engine = new Engine(CommitLog.NONE, rows, memory, config.clock(), config.timeout(), false);
            opened.recovered().restore(engine);
            InDoubt.undecided(opened.recovered().tail()).forEach(engine::hold);
            BrokenFiles broken = new BrokenFiles();
            Edits edits = new Edits(engine, opened.files(), sequence -> {}, broken);
            opened.recovered().commitEdits(edits);
            broken.add(opened.recovered().tables());
            engine.refuseWrites();
            open = true;
            return new ReaderView(paths, tasks, opened, rows, edits, new OpenStore.View(engine, broken));
        } finally {
            if (!open) {
                opening.close();
                tasks.close();
            }
        }
    }

    private static Layout layout(StorePaths paths, @Nullable Layout wanted) {
        try {
            return Layout.of(paths, wanted);
        } catch (IOException e) {
            throw Failures.io("open the store", paths.root(), e);
        }
    }

    OpenStore.View view() {
        return view;
    }

    int replayed() {
        return recovered.tail().size();
    }

    StorageMetrics metrics() {
        return StoreFiles.metrics(
                view.engine(), replayed(), edits, () -> edits.refused().size());
    }

    /** Whether a row of it cannot be read any more. */
    boolean isLost() {
        return rows.isLost();
    }

    Verification verify() {
        return new StoreVerifier(paths, files, view.engine()).run(recovered.changes(), false);
    }

    /** Lets the one who writes change the files; what is in memory can still be used. */
    @Override
    public void close() {
        registration.close();
        tasks.close();
    }
}
