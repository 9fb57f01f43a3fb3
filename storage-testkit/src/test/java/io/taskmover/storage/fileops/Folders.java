package io.taskmover.storage.fileops;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/** Opens folders on any file system: what the crash tests need and the library does not offer. */
public final class Folders {
    /** Directories of this name are in another file store than all others. */
    public static final String OTHER_STORE = "usb";

    private static final class TwoStores extends Volume {
        private final boolean hardLinks;

        TwoStores(boolean hardLinks) {
            this.hardLinks = hardLinks;
        }

        @Override
        boolean isSameStore(Path one, Path other) {
            return isOther(one) == isOther(other);
        }

        private static boolean isOther(Path path) {
            for (Path name : path) {
                if (name.toString().equals(OTHER_STORE)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        void link(Path name, Path file) throws IOException {
            if (!hardLinks) {
                throw new UnsupportedOperationException("a file has one name here");
            }
            super.link(name, file);
        }
    }

    private Folders() {}

    /** @param hardLinks whether a file can have two names */
    public static FileOperations open(Path root, boolean hardLinks) {
        return FileOperations.open(root, new TwoStores(hardLinks), Clock.systemUTC());
    }
}
