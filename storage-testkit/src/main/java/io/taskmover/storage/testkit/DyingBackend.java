package io.taskmover.storage.testkit;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Catalog;
import io.taskmover.storage.backend.ForwardingBackend;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.schema.TableSchema;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A layer under which a process seems to die at one of its calls: that one fails, before or after it had its effect, and all later
 * ones do, from whatever thread. What is open is rolled back, as a store does it with what a dead process leaves.
 */
public final class DyingBackend extends ForwardingBackend {
    /** What changes nothing may come as often as it likes: whether a process dies before or after it is the same. */
    private static final Set<String> COUNTED = Set.of(
            "write",
            "update",
            "delete",
            "commit",
            "executeSql",
            "create",
            "drop",
            "addColumn",
            "dropColumn",
            "renameColumn",
            "setNotNull",
            "createIndex",
            "dropIndex");

    private final AtomicInteger left;
    private final Thread victim = Thread.currentThread();

    /** @param calls how many halves of calls succeed: each has one before its effect and one after it */
    public DyingBackend(StorageBackend delegate, int calls) {
        super(delegate);
        this.left = new AtomicInteger(calls);
    }

    /** Whether it has come to that. */
    public boolean isDead() {
        return left.get() < 0;
    }

    @Override
    public void createTable(TableSchema schema) {
        half();
        super.createTable(schema);
        half();
    }

    @Override
    public BackendTransaction begin(TransactionOptions options) {
        requireAlive();
        BackendTransaction transaction = super.begin(options);
        return dying(BackendTransaction.class, transaction);
    }

    private void requireAlive() {
        if (isDead()) {
            throw new StorageException("the process is dead");
        }
    }

    /** Other threads, such as one that shows that the process lives, do not make it die earlier or later. */
    private void half() {
        if (Thread.currentThread() == victim) {
            left.decrementAndGet();
        }
        requireAlive();
    }

    private <T> T dying(Class<T> type, T target) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    boolean counted = COUNTED.contains(method.getName());
                    if (counted) {
                        half();
                    } else if (!method.getName().equals("close")) {
                        requireAlive();
                    }
                    Object result;
                    try {
                        result = method.invoke(target, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    if (counted) {
                        half();
                    }
                    return result instanceof Catalog catalog ? dying(Catalog.class, catalog) : result;
                }));
    }
}
