package io.taskmover.storage.sql;

import io.taskmover.storage.Storage;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.transaction.Branch;
import io.taskmover.storage.transaction.Participant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A store in transactions over several, in which something happens before and after each step of a commit. */
record SteppedParticipant(Storage storage, Runnable step) implements Participant {
    @Override
    public String address() {
        return storage.address();
    }

    @Override
    public boolean canPrepare() {
        return storage.canPrepare();
    }

    @Override
    public boolean canDecide() {
        return storage.canDecide();
    }

    @Override
    public boolean outlivesProcess() {
        return storage.outlivesProcess();
    }

    @Override
    public Branch beginBranch(TransactionOptions options, boolean decides) {
        return new Stepped(storage.beginBranch(options, decides), step);
    }

    private record Stepped(Branch branch, Runnable step) implements Branch {
        private void run(Runnable work) {
            step.run();
            work.run();
            step.run();
        }

        @Override
        public void complete() {
            branch.complete();
        }

        @Override
        public void prepare(PreparedTransaction transaction) {
            run(() -> branch.prepare(transaction));
        }

        @Override
        public void decide(PreparedTransaction transaction, List<String> stores) {
            run(() -> branch.decide(transaction, stores));
        }

        @Override
        public void commit() {
            run(branch::commit);
        }

        @Override
        public boolean isInDoubt() {
            return branch.isInDoubt();
        }

        @Override
        public void committed(@Nullable PreparedTransaction decided) {
            branch.committed(decided);
        }

        @Override
        public void rollback() {
            branch.rollback();
        }

        @Override
        public void leave() {
            branch.leave();
        }

        @Override
        public <R> R call(Callable<R> work) throws Exception {
            return branch.call(work);
        }
    }
}
