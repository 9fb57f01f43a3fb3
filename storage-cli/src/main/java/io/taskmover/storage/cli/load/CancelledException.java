package io.taskmover.storage.cli.load;

import java.util.function.BooleanSupplier;

/** The user stopped the work; what it had written has been taken back. */
public final class CancelledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CancelledException() {
        super("stopped; nothing of it was kept");
    }

    static void throwIf(BooleanSupplier cancelled) {
        if (cancelled.getAsBoolean()) {
            throw new CancelledException();
        }
    }
}
