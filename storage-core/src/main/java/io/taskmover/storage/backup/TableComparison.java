package io.taskmover.storage.backup;

/** The same table in two stores. */
public record TableComparison(TableHash source, TableHash target) {

    /** Whether both hold the same rows. */
    public boolean same() {
        return source.equals(target);
    }
}
