package io.taskmover.storage.cli.output;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPOutputStream;

/**
 * A file that is there whole or not at all: written beside its place, and moved into it by {@link #commit}. What is no
 * regular file (a pipe, a device) is written as it comes.
 */
public final class OutputFile implements Closeable {
    private static final int ATTEMPTS = 100;

    private final Path target;
    private final Path written;
    private final FileChannel channel;
    private final OutputStream stream;

    private OutputFile(Path target, Path written, FileChannel channel, boolean compressed) throws IOException {
        this.target = target;
        this.written = written;
        this.channel = channel;
        OutputStream file = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
        this.stream = compressed ? new GZIPOutputStream(file, 1 << 16) : file;
    }

    /** Begins a file, compressed by gzip if asked for. */
    public static OutputFile create(Path file, boolean compressed) throws IOException {
        // through a symbolic link the file that it leads to is replaced, not the link
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        if (Files.isDirectory(target)) {
            throw new IOException("'" + file + "' is a directory");
        }
        Path directory = target.getParent();
        if (directory != null && Files.notExists(directory)) {
            throw new NoSuchFileException(directory.toString(), null, "no such directory");
        }
        if (Files.exists(target) && !Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
            return new OutputFile(target, target, FileChannel.open(target, StandardOpenOption.WRITE), compressed);
        }
        for (int i = 0; ; i++) {
            // not Files.createTempFile, whose files nobody else may read
            Path beside = target.resolveSibling("." + target.getFileName() + "." + i + ".part");
            try {
                FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
                return new OutputFile(target, beside, channel, compressed);
            } catch (FileAlreadyExistsException e) {
                if (i == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    public OutputStream stream() {
        return stream;
    }

    /** Makes the file durable and puts it into its place. */
    public void commit() throws IOException {
        stream.flush();
        if (stream instanceof GZIPOutputStream gzip) {
            gzip.finish();
            gzip.flush();
        }
        if (!written.equals(target)) {
            channel.force(true);
            stream.close();
            Files.move(written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } else {
            stream.close();
        }
    }

    /** Drops what was written, unless it was committed. */
    @Override
    public void close() throws IOException {
        channel.close();
        if (!written.equals(target)) {
            Files.deleteIfExists(written);
        }
    }
}
