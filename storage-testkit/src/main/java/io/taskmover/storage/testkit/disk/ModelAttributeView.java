package io.taskmover.storage.testkit.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The attributes that a path's file has at the time of each call; times and permissions can be set. */
record ModelAttributeView(ModelDisk disk, Path path) implements PosixFileAttributeView {

    static boolean supports(Class<? extends FileAttributeView> type) {
        return type == BasicFileAttributeView.class || type == PosixFileAttributeView.class;
    }

    @Override
    public String name() {
        return "posix";
    }

    @Override
    public PosixFileAttributes readAttributes() throws IOException {
        synchronized (disk) {
            disk.call(DiskFault.Call.STAT, path);
            return ModelAttributes.of(disk.require(path));
        }
    }

    @Override
    public void setTimes(@Nullable FileTime lastModified, @Nullable FileTime lastAccess, @Nullable FileTime creation)
            throws IOException {
        synchronized (disk) {
            disk.call(DiskFault.Call.SET_ATTRIBUTES, path);
            Inode inode = disk.require(path);
            if (lastModified != null) {
                disk.setTime(inode, ModelAttributes.nanos(lastModified));
            }
        }
    }

    @Override
    public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
        synchronized (disk) {
            disk.call(DiskFault.Call.SET_ATTRIBUTES, path);
            disk.require(path).permissions = Set.copyOf(permissions);
        }
    }

    @Override
    public UserPrincipal getOwner() throws IOException {
        return readAttributes().owner();
    }

    @Override
    public void setOwner(UserPrincipal owner) {
        throw new UnsupportedOperationException("the model disk has one user");
    }

    @Override
    public void setGroup(GroupPrincipal group) {
        throw new UnsupportedOperationException("the model disk has one user");
    }
}
