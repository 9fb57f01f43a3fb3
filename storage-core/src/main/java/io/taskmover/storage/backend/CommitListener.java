package io.taskmover.storage.backend;

import java.util.List;

/** Is told of each commit after it is durable and visible, in commit order. Must be quick and must not throw. */
@FunctionalInterface
public interface CommitListener {

    /**
     * @param origin who made the commit
     * @param changes one element for each row that the commit changed; empty if it changed only the catalog
     */
    void committed(CommitOrigin origin, List<RowChange> changes);
}
