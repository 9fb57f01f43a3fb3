package io.taskmover.storage.testkit.disk;

import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The way to a {@link ModelDisk} for programs: one root, case-sensitive names, no symbolic links. Never closed. */
final class ModelFileSystem extends FileSystem {
    private final ModelDisk disk;
    private final ModelFileSystemProvider provider;
    private final FileStore store = new Store();

    ModelFileSystem(ModelDisk disk) {
        this.disk = disk;
        this.provider = new ModelFileSystemProvider(disk);
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public Path getPath(String first, String... more) {
        return ModelPath.parse(this, more.length == 0 ? first : first + "/" + String.join("/", more));
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("a model disk is never closed");
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(getPath("/"));
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of(store);
    }

    FileStore store() {
        return store;
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic", "posix");
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        throw new UnsupportedOperationException("the model disk matches no patterns");
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException("the model disk knows no users");
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException("the model disk does not tell of changes");
    }

    /** The disk as a volume without bounds. */
    private final class Store extends FileStore {
        @Override
        public String name() {
            return "model disk " + System.identityHashCode(disk);
        }

        @Override
        public String type() {
            return ModelFileSystemProvider.SCHEME;
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public long getTotalSpace() {
            return Long.MAX_VALUE;
        }

        @Override
        public long getUsableSpace() {
            return Long.MAX_VALUE;
        }

        @Override
        public long getUnallocatedSpace() {
            return Long.MAX_VALUE;
        }

        @Override
        public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
            return ModelAttributeView.supports(type);
        }

        @Override
        public boolean supportsFileAttributeView(String name) {
            return supportedFileAttributeViews().contains(name);
        }

        @Override
        public <V extends FileStoreAttributeView> @Nullable V getFileStoreAttributeView(Class<V> type) {
            return null;
        }

        @Override
        public Object getAttribute(String attribute) {
            throw new UnsupportedOperationException("the model disk has no attribute " + attribute);
        }
    }
}
