package io.taskmover.storage.engine;

import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.schema.Row;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks a transaction's writes against what others committed since it read. */
final class CommitCheck {
    private final boolean firstCommitterWins;
    private final long seen;

    /**
     * @param firstCommitterWins whether every later commit of a written row is a conflict; if not, only one that the
     *     table's version column tells of, one that deleted the row, and one that the write's {@link Write.Premise} excludes
     * @param seen the sequence of the snapshot that the transaction read
     */
    CommitCheck(boolean firstCommitterWins, long seen) {
        this.firstCommitterWins = firstCommitterWins;
        this.seen = seen;
    }

    /** Checks all writes of a table against the latest commits. Under the commit lock. */
    void requireCurrent(TransactionTable own, @Nullable Table latest) {
        Table table = own.table();
        if (latest != table) {
            throw tableChanged(table.name());
        }
        if (firstCommitterWins && table.rows().lastModified() <= seen) {
            return;
        }
        for (Write write : own.writes()) {
            RowSlot slot = table.slot(write.id());
            requireCurrent(table, write, slot, slot == null ? null : slot.newest());
            Row row = write.row();
            if (row != null) {
                UniqueKeys.requireLatest(table, write.id(), row, own);
            }
        }
    }

    /** Checks one write against a version that others may have committed since. */
    void requireCurrent(Table table, Write write, @Nullable RowSlot slot, @Nullable Version newest) {
        boolean there = newest != null && !newest.deleted();
        Row base = write.base();
        if (!there && base == null) {
            return;
        }
        if (firstCommitterWins) {
            if (newest != null && newest.sequence > seen) {
                throw overtaken(table, write, row(table, slot, newest));
            }
            return;
        }
        boolean gone = base != null && !there && write.row() != null;
        if (gone || (write.premise() == Write.Premise.NO_ROW && there)) {
            throw overtaken(table, write, row(table, slot, newest));
        }
        RowShaper shaper = table.shaper();
        if (write.premise() == Write.Premise.BASE || shaper.versioned()) {
            Row now = row(table, slot, newest);
            boolean same = shaper.versioned()
                    ? Objects.equals(shaper.versionOf(base), shaper.versionOf(now))
                    : Objects.equals(base, now);
            if (!same) {
                throw overtaken(table, write, now);
            }
        }
    }

    private static @Nullable Row row(Table table, @Nullable RowSlot slot, @Nullable Version version) {
        return slot == null || version == null ? null : table.rows().rowOf(slot, version);
    }

    private static RuntimeException overtaken(Table table, Write write, @Nullable Row now) {
        if (write.premise() == Write.Premise.NO_ROW && now != null) {
            return table.shaper().duplicateKey(write.id());
        }
        return new ConflictException(
                "Row '" + write.id() + "' of table '" + table.name() + "' was "
                        + (now == null ? "deleted" : write.base() == null ? "inserted" : "changed")
                        + " by another transaction that committed first; run the transaction again",
                table.name(),
                write.id(),
                table.shaper().versionOf(write.base()),
                table.shaper().versionOf(now));
    }

    static ConflictException tableChanged(String table) {
        return new ConflictException(
                "Table '" + table
                        + "' was changed by another transaction that committed first; run the transaction again",
                table,
                null,
                null,
                null);
    }
}
