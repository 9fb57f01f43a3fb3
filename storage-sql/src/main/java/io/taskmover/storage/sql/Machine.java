package io.taskmover.storage.sql;

import io.taskmover.storage.error.StorageException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** This machine, among those that use the same servers. */
final class Machine {
    /** Once it is known: a server of names may be slow. */
    private static volatile @Nullable String known;

    private Machine() {}

    /**
     * Its host name.
     *
     * @throws StorageException if it has none
     */
    static String name() {
        String name = known;
        if (name != null) {
            return name;
        }
        try {
            name = InetAddress.getLocalHost().getHostName();
            known = name;
            return name;
        } catch (UnknownHostException e) {
            throw new StorageException(
                    "The host name of this machine cannot be found out, and without it nobody could tell which machine"
                            + " is to end a transaction over several stores; let the name resolve to an address",
                    e);
        }
    }
}
