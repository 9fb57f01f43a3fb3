package io.taskmover.storage.backend;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a backend can do beyond what every one must. What is not declared here fails when it is asked for, with
 * {@link io.taskmover.storage.error.UnsupportedException}, and never degrades silently.
 *
 * @param isolation the levels that a transaction may ask for
 * @param features what else it can
 */
public record Capabilities(Set<Isolation> isolation, Set<Feature> features) {

    /** Something that a backend may be able to do. */
    public enum Feature {
        /** A commit survives the end of the process. */
        DURABLE,
        /** Two transactions may write at once; without it, the second waits for the first. */
        CONCURRENT_WRITERS,
        /** Changes of the catalog are part of their transaction. */
        TRANSACTIONAL_DDL,
        /** A transaction can be prepared. */
        TWO_PHASE,
        /** Statements in the database's own SQL can be run. */
        SQL,
        /** Versions of rows are kept: a layer's doing, which any backend can have over it. */
        VERSIONING,
        /** Backups can be made, and brought back in one step: {@link StorageBackend#beginReplacement}. */
        BACKUPS
    }

    public Capabilities {
        // sorted, so that they read the same wherever they are shown
        isolation = Collections.unmodifiableSet(EnumSet.copyOf(isolation));
        features = Collections.unmodifiableSet(
                features.isEmpty() ? EnumSet.noneOf(Feature.class) : EnumSet.copyOf(features));
    }

    public static Capabilities of(Set<Isolation> isolation, Feature... features) {
        return new Capabilities(isolation, Set.of(features));
    }

    public boolean has(Feature feature) {
        return features.contains(feature);
    }

    /** The level of a transaction that asks for none: SNAPSHOT, or the next stronger one that there is. */
    public Isolation defaultIsolation() {
        return isolation.contains(Isolation.SNAPSHOT) ? Isolation.SNAPSHOT : Isolation.SERIALIZABLE;
    }
}
