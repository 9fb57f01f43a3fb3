package io.taskmover.storage.file;

import io.taskmover.storage.backend.Repair;
import io.taskmover.storage.backend.Verification;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.UnsupportedException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Repairs a store that is not open: first manifest and journal ({@link InternalsRepair}), then the files of the tables
 * ({@link TableRepair}), and then opens it, which brings all of them together, and verifies it. What people's edits break
 * comes out only then; so it goes round until nothing does. Used once.
 */
final class StoreRepair {
    /** More often than people's edits can hide one another. */
    private static final int MAX_ROUNDS = 8;

    private final StorePaths paths;
    private final StorageConfig config;
    private final StoreFiles.Settings settings;
    private final Disk disk;
    private final Bounds bounds;
    private final RepairReport report;
    /** What could not be taken over when the store was opened: by place, why. */
    private final Map<String, String> refusedEdits = new HashMap<>();

    private StoreRepair(
            StorePaths paths, StorageConfig config, StoreFiles.Settings settings, Disk disk, Bounds bounds) {
        this.paths = paths;
        this.config = config;
        this.settings = settings;
        this.disk = disk;
        this.bounds = bounds;
        this.report = new RepairReport(disk, paths, config.clock().instant());
    }

    /** Repairs the store in a directory; see {@link io.taskmover.storage.backend.StorageBackend#repair}. */
    static Repair run(Path root, StorageConfig config, Disk disk, Bounds bounds) {
        if (config.readOnly()) {
            throw new UnsupportedException("A repair writes; leave out mode=ro");
        }
        StoreFiles.Settings settings = StoreFiles.Settings.of(config);
        StorePaths paths = StoreFiles.existing(root, config);
        StoreRepair repair = new StoreRepair(paths, config, settings, disk, bounds);
        try {
            return repair.run();
        } catch (IOException e) {
            throw Failures.io("repair", root, e);
        }
    }

    private Repair run() throws IOException {
        Verification verification = round();
        for (int i = 1; i < MAX_ROUNDS && !refusedEdits.isEmpty(); i++) {
            verification = round();
        }
        return new Repair(report.actions(), verification);
    }

    private Verification round() throws IOException {
        StoreLock lock =
                StoreLock.acquire(paths.root(), paths.lock(), config.clock().instant());
        boolean handedOver = false;
        try {
            List<String> problems = repair();
            refusedEdits.clear();
            if (!problems.isEmpty()) {
                return unopened(problems);
            }
            Set<Path> before = report.kept();
            handedOver = true;
            return open(lock, before);
        } finally {
            if (!handedOver) {
                lock.close();
            }
        }
    }

    private static Verification unopened(List<String> problems) {
        return new Verification(0, 0, problems);
    }

    /** Returns what stays as it is, and why; if that is nothing, the store can be opened. */
    private List<String> repair() throws IOException {
        InternalsRepair.refuseLater(paths);
        new StoreSwitch(disk, paths).finish();
        reportLeftOvers();
        StoreDirectories.prepare(disk, paths);
        try (FileTasks tasks = new FileTasks()) {
            Function<Layout, RowFiles> files = layout -> StoreFiles.rows(layout, disk, paths, tasks, bounds);
            new InternalsRepair(disk, paths, report, files, settings.layout()).run();
            RowFiles rows = files.apply(Layout.of(paths, settings.layout()));
            return new TableRepair(disk, paths, report, rows, settings.deletions(), refusedEdits).run();
        }
    }

    private void reportLeftOvers() throws IOException {
        if (Links.isDirectory(paths.temporary())) {
            try (DirectoryStream<Path> rubbish = Files.newDirectoryStream(paths.temporary())) {
                for (Path file : rubbish) {
                    report.add(file.toString(), "a write that did not end has left it", "removed", null);
                }
            }
        }
    }

    /** @param before the copies that there are */
    private Verification open(StoreLock lock, Set<Path> before) throws IOException {
        Verification verification;
        try (StoreFiles store = StoreFiles.open(paths, lock, settings, config, disk, bounds)) {
            store.view()
                    .broken()
                    .forEach((table, broken) -> refusedEdits.put(broken.found().place(), broken.problem()));
            verification = store.verify();
        } catch (CorruptionException e) {
            return unopened(List.of(String.valueOf(e.getMessage())));
        }
        for (Path kept : report.kept()) {
            if (!before.contains(kept)) {
                report.add(
                        paths.root().toString(),
                        "something that was not the store's stood where a commit had to go",
                        "replaced by what was committed",
                        kept);
            }
        }
        report.save();
        return verification;
    }
}
