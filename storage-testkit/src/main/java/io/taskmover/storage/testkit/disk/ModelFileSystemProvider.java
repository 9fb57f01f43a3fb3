package io.taskmover.storage.testkit.disk;

import io.taskmover.storage.testkit.disk.DiskFault.Call;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The calls of {@link Files} on a {@link ModelDisk}. Paths come from the disk only, not from URIs. */
final class ModelFileSystemProvider extends FileSystemProvider {
    static final String SCHEME = "model";

    private final ModelDisk disk;

    ModelFileSystemProvider(ModelDisk disk) {
        this.disk = disk;
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException("a model disk is made by ModelDisk.of");
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        throw new UnsupportedOperationException("a model disk has no URI");
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException("a model disk has no URI");
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        boolean writable = options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
        boolean createNew = writable && options.contains(StandardOpenOption.CREATE_NEW);
        synchronized (disk) {
            Inode inode = disk.find(path);
            if (createNew || (inode == null && writable && options.contains(StandardOpenOption.CREATE))) {
                disk.call(Call.CREATE, path);
                inode = disk.create(path, false, ModelAttributes.permissions(attributes, false));
            } else {
                disk.call(Call.OPEN, path);
                inode = disk.require(path);
            }
            if (inode.isDirectory && writable) {
                throw new FileSystemException(path.toString(), null, "Is a directory");
            }
            if (writable && options.contains(StandardOpenOption.TRUNCATE_EXISTING) && inode.content.size() > 0) {
                disk.resize(inode, 0);
            }
            return new ModelFileChannel(disk, inode, path, options);
        }
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        List<Path> paths = new ArrayList<>();
        synchronized (disk) {
            disk.call(Call.LIST, directory);
            for (String name : disk.list(directory)) {
                Path path = directory.resolve(name);
                if (filter.accept(path)) {
                    paths.add(path);
                }
            }
            return new ModelDirectoryStream(disk, paths);
        }
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
        synchronized (disk) {
            disk.call(Call.CREATE, directory);
            Inode unused = disk.create(directory, true, ModelAttributes.permissions(attributes, true));
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        synchronized (disk) {
            disk.call(Call.DELETE, path);
            disk.delete(path);
        }
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
        synchronized (disk) {
            disk.call(Call.CREATE, link);
            disk.link(link, existing);
        }
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        boolean replace = Arrays.asList(options).contains(StandardCopyOption.REPLACE_EXISTING);
        Files.write(
                target,
                Files.readAllBytes(source),
                StandardOpenOption.WRITE,
                replace ? StandardOpenOption.CREATE : StandardOpenOption.CREATE_NEW,
                StandardOpenOption.TRUNCATE_EXISTING);
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        synchronized (disk) {
            disk.call(Call.RENAME, target);
            // a rename(2) that is atomic replaces, whatever else is asked for
            List<CopyOption> asked = Arrays.asList(options);
            disk.rename(
                    source,
                    target,
                    asked.contains(StandardCopyOption.ATOMIC_MOVE)
                            || asked.contains(StandardCopyOption.REPLACE_EXISTING));
        }
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        if (path.equals(other)) {
            return true;
        }
        if (path.getFileSystem() != other.getFileSystem()) {
            return false;
        }
        synchronized (disk) {
            return disk.require(path) == disk.require(other);
        }
    }

    @Override
    public boolean isHidden(Path path) {
        Path name = path.getFileName();
        return name != null && name.toString().startsWith(".");
    }

    @Override
    public FileStore getFileStore(Path path) {
        return ((ModelFileSystem) path.getFileSystem()).store();
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        synchronized (disk) {
            disk.call(Call.STAT, path);
            Inode unused = disk.require(path);
        }
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return ModelAttributeView.supports(type) ? type.cast(new ModelAttributeView(disk, path)) : null;
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        if (type != BasicFileAttributes.class && type != PosixFileAttributes.class) {
            throw new UnsupportedOperationException("the model disk has no " + type.getSimpleName());
        }
        return type.cast(new ModelAttributeView(disk, path).readAttributes());
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options) throws IOException {
        Map<String, Object> all = ModelAttributes.of(inode(path)).toMap();
        String asked = names.substring(names.indexOf(':') + 1);
        if (!asked.equals("*")) {
            all.keySet().retainAll(Arrays.asList(asked.split(",")));
        }
        return all;
    }

    private Inode inode(Path path) throws IOException {
        synchronized (disk) {
            disk.call(Call.STAT, path);
            return disk.require(path);
        }
    }

    @Override
    @SuppressWarnings("unchecked")
    public void setAttribute(Path path, String name, Object value, LinkOption... options) throws IOException {
        ModelAttributeView view = new ModelAttributeView(disk, path);
        switch (name.substring(name.indexOf(':') + 1)) {
            case "lastModifiedTime" -> view.setTimes((FileTime) value, null, null);
            case "permissions" -> view.setPermissions((Set<PosixFilePermission>) value);
            default -> throw new UnsupportedOperationException("the model disk sets no " + name);
        }
    }
}
