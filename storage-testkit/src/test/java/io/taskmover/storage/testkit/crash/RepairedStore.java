package io.taskmover.storage.testkit.crash;

import io.taskmover.storage.backend.Repair;
import io.taskmover.storage.file.FileStores;
import io.taskmover.storage.file.FileSystemBackend;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.ModelDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a repair made of a store on a disk.
 *
 * @param first what it did
 * @param second what another one did after it
 * @param state what the store holds then; nothing if the repair was not {@link Repair#clean}
 * @param image what the disk holds then
 */
record RepairedStore(Repair first, Repair second, StoreState state, DiskImage image) {
    private static final String QUARANTINE = "/store/.quarantine/";

    /**
     * Repairs a store twice, opens it and verifies it.
     *
     * @throws AssertionError if anything stays open
     */
    static RepairedStore of(DiskImage damaged) {
        ModelDisk disk = ModelDisk.unrecorded(damaged);
        Repair first = FileStores.repair(disk.path("/store"));
        Repair second = FileStores.repair(disk.path("/store"));
        StoreState state = StoreState.EMPTY;
        if (first.clean()) {
            try (FileSystemBackend store = Workload.open(disk, "sync")) {
                state = StoreState.of(store);
                List<String> problems = store.verify().problems();
                if (!problems.isEmpty()) {
                    throw new AssertionError("verify finds " + problems);
                }
            }
        }
        if (disk.openHandles() != 0) {
            throw new AssertionError(disk.openHandles() + " handles stay open");
        }
        return new RepairedStore(first, second, state, disk.image());
    }

    /** All that the repair says, a line for each action. */
    String report() {
        return first.actions().stream().map(Repair.Action::toString).collect(Collectors.joining("\n"));
    }

    /** The names of the copies. */
    List<String> kept() {
        return image.files().stream()
                .filter(file -> file.startsWith(QUARANTINE))
                .map(file -> file.substring(QUARANTINE.length()))
                .filter(file -> !file.equals(".gitignore") && !file.equals("repair.log"))
                .toList();
    }

    /** Whether a copy holds these bytes, or more than these. */
    boolean keeps(byte[] bytes) {
        String wanted = new String(bytes, StandardCharsets.ISO_8859_1);
        List<String> copies = new ArrayList<>();
        for (String file : kept()) {
            try {
                copies.add(new String(image.content(QUARANTINE + file).bytes(), StandardCharsets.ISO_8859_1));
            } catch (NoSuchFileException e) {
                throw new AssertionError(e);
            }
        }
        return copies.stream().anyMatch(copy -> copy.contains(wanted));
    }
}
