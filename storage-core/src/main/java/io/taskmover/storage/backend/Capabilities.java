package io.taskmover.storage.backend;

import java.util.Set;

/**
 * What a backend can do beyond what every one must. What is not declared here fails when it is asked for, with
 * {@link io.taskmover.storage.error.UnsupportedException}, and never degrades silently.
 *
 * @param isolation the levels that a transaction may ask for; the first that it meets from {@link Isolation#SNAPSHOT}
 *     upward is the default
 * @param durable whether a commit survives the end of the process
 * @param concurrentWriters whether two transactions may write at once; if not, the second waits for the first
 * @param transactionalDdl whether changes of the catalog are part of their transaction
 * @param twoPhase whether a transaction can be prepared
 * @param versioning whether former versions of rows can be kept
 * @param backups whether backups can be made
 */
public record Capabilities(
        Set<Isolation> isolation,
        boolean durable,
        boolean concurrentWriters,
        boolean transactionalDdl,
        boolean twoPhase,
        boolean versioning,
        boolean backups) {
    public Capabilities {
        isolation = Set.copyOf(isolation);
    }

    /** The level of a transaction that asks for none: SNAPSHOT, or the next stronger one that there is. */
    public Isolation defaultIsolation() {
        return isolation.contains(Isolation.SNAPSHOT) ? Isolation.SNAPSHOT : Isolation.SERIALIZABLE;
    }
}
