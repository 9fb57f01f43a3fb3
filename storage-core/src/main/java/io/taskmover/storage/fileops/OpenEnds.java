package io.taskmover.storage.fileops;

import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.error.StorageException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The transactions that are over for those who began them, and not on the disk; they keep their claims. Thread-safe. */
final class OpenEnds {
    private final Claims claims;
    private final Map<String, OpenEnd> ends = new LinkedHashMap<>();

    private record OpenEnd(JournaledTransaction transaction, Iterable<Path> claimed, Object claimant) {
        boolean isDecided() {
            return transaction.mark().state() == Mark.State.COMMITTED;
        }
    }

    OpenEnds(Claims claims) {
        this.claims = claims;
    }

    /** Keeps a transaction whose claims stay as they are. */
    synchronized void add(JournaledTransaction transaction, Iterable<Path> claimed, Object claimant) {
        ends.put(transaction.name().globalId(), new OpenEnd(transaction, claimed, claimant));
    }

    /** Ends what a crash cut off, unless it is prepared, or cannot be undone as the files are now. */
    synchronized void recover(JournaledTransaction transaction) {
        switch (transaction.mark().state()) {
            case COMMITTED -> transaction.finish();
            case PREPARED -> keep(transaction);
            case BEGUN -> {
                try {
                    transaction.undo();
                } catch (StorageException e) {
                    boolean failed = e.getCause() != null && !(e.getCause() instanceof NoSuchFileException);
                    if (failed) {
                        throw e;
                    }
                    FileOperations.LOG.warn("{} was cut off by a crash and is not undone yet", transaction.name(), e);
                    keep(transaction);
                }
            }
        }
    }

    private void keep(JournaledTransaction transaction) {
        transaction.paths().forEach(path -> claims.claim(path, true, transaction));
        add(transaction, transaction.paths(), transaction);
    }

    synchronized List<PreparedTransaction> inDoubt() {
        return ends.values().stream()
                .filter(end -> !end.isDecided())
                .map(end -> end.transaction.name())
                .toList();
    }

    synchronized void resolve(String globalId, boolean commit) {
        OpenEnd end = ends.get(globalId);
        if (end == null) {
            throw new IllegalArgumentException("No transaction '" + globalId + "' is in doubt");
        }
        if (commit) {
            end.transaction.decide();
            end.transaction.finish();
        } else if (end.isDecided()) {
            throw new IllegalStateException("Transaction '" + globalId + "' is committed already");
        } else {
            end.transaction.undo();
        }
        forget(globalId, end);
    }

    private void forget(String globalId, OpenEnd end) {
        ends.remove(globalId);
        claims.release(end.claimed, end.claimant);
    }

    /** Whether something is committed that could not be finished. */
    synchronized boolean hasDecided() {
        return ends.values().stream().anyMatch(OpenEnd::isDecided);
    }

    /** Tries once more to finish what is committed. */
    synchronized void finishDecided() {
        for (Map.Entry<String, OpenEnd> entry : new ArrayList<>(ends.entrySet())) {
            if (entry.getValue().isDecided()) {
                try {
                    entry.getValue().transaction.finish();
                    forget(entry.getKey(), entry.getValue());
                } catch (StorageException e) {
                    FileOperations.LOG.warn(
                            "{} is committed, and not finished yet",
                            entry.getValue().transaction.name(),
                            e);
                }
            }
        }
    }
}
