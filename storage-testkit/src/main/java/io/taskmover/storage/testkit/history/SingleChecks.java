package io.taskmover.storage.testkit.history;

import io.taskmover.storage.testkit.history.Operation.Append;
import io.taskmover.storage.testkit.history.Operation.Read;
import io.taskmover.storage.testkit.history.RecordedTransaction.Outcome;
import java.util.ArrayList;
import java.util.List;

/** What one transaction, or one version of a list, shows by itself. */
final class SingleChecks {
    private final History history;
    private final Versions versions;
    private final Findings findings;

    SingleChecks(History history, Versions versions, Findings findings) {
        this.history = history;
        this.versions = versions;
        this.findings = findings;
    }

    void run() {
        for (int id = 0; id < history.transactions().size(); id++) {
            if (versions.committed(id)) {
                checkOwnReads(id, history.transactions().get(id).operations());
            }
        }
        versions.observations().forEach(seen -> checkFresh(seen.reader(), seen.version()));
        versions.linked().forEach(this::checkWritten);
        versions.emptyLists().forEach(this::checkSuccessors);
        versions.appended().forEach(this::checkKept);
    }

    private void checkOwnReads(int id, List<Operation> operations) {
        for (int i = 1; i < operations.size(); i++) {
            if (operations.get(i) instanceof Read read) {
                List<Integer> appended = new ArrayList<>();
                List<Integer> expected = null;
                for (Operation earlier : operations.subList(0, i)) {
                    if (earlier.key() == read.key()) {
                        if (earlier instanceof Append append) {
                            appended.add(append.value());
                            if (expected != null) {
                                expected.add(append.value());
                            }
                        } else if (earlier instanceof Read former) {
                            expected = new ArrayList<>(former.values());
                        }
                    }
                }
                if (!endsWith(read.values(), appended)) {
                    findings.add(
                            Phenomenon.OWN_WRITE_UNSEEN,
                            () -> "T" + id + " does not see its own writes: " + operations);
                } else if (expected != null && !expected.equals(read.values())) {
                    findings.add(
                            Phenomenon.UNREPEATABLE_READ,
                            () -> "T" + id + " read list " + read.key() + " twice, not the same: " + operations);
                }
            }
        }
    }

    private static boolean endsWith(List<Integer> list, List<Integer> end) {
        int before = list.size() - end.size();
        return before >= 0 && list.subList(before, list.size()).equals(end);
    }

    /** What was read had not been written over, and committed, before the reader began. */
    private void checkFresh(int reader, Version version) {
        long begin = history.transactions().get(reader).begin();
        if (version.overwritten < begin) {
            findings.add(
                    Phenomenon.STALE_READ,
                    () -> "T" + reader + " began at " + begin + " and read " + version
                            + ", although what was written over it, " + version.successors
                            + " or later, had been committed at " + version.overwritten);
        }
    }

    private void checkWritten(Version version) {
        Version predecessor = version.predecessor;
        if (predecessor != null && versions.committed(version.writer)) {
            checkFresh(version.writer, predecessor); // an append reads what it writes over
        }
        checkSuccessors(version);
    }

    private void checkSuccessors(Version version) {
        if (version.successors.size() > 1) {
            findings.add(
                    Phenomenon.LOST_UPDATE, () -> "Written over " + version + " were all of " + version.successors);
        }
    }

    private void checkKept(Version version) {
        if (!version.last && history.transactions().get(version.writer).outcome() == Outcome.COMMITTED) {
            findings.add(
                    Phenomenon.LOST_APPEND,
                    () -> version + " was committed and is not there in the end: "
                            + history.last().getOrDefault(version.key, List.of()));
        }
    }
}
