package io.taskmover.storage.sql;

import java.sql.SQLException;

/** A transaction of a session as a branch of one over several stores. Used by one thread at a time. */
final class ServerBranch implements SqlTransaction.Branch {
    private final ServerBranches branches;
    private final BranchId id;
    private final SessionPool.Lease lease;
    private boolean prepared;

    ServerBranch(ServerBranches branches, BranchId id, SessionPool.Lease lease) {
        this.branches = branches;
        this.id = id;
        this.lease = lease;
    }

    @Override
    public void prepare() throws SQLException {
        try {
            lease.session().prepare(id);
            prepared = true;
        } catch (SQLException e) {
            // without an answer it may be prepared
            prepared = branches.isLost(e);
            throw e;
        }
    }

    /** By its own session or, if its connection is lost, by another: what is prepared is not lost with it. */
    @Override
    public void finish(boolean commit) throws SQLException {
        if (!prepared) {
            lease.session().rollback();
            return;
        }
        try {
            lease.session().finish(id, commit);
        } catch (SQLException e) {
            if (!branches.isPassing(e)) {
                throw e;
            }
            lease.close();
            branches.finish(id, commit);
        }
    }
}
