package io.taskmover.storage.cli.input;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.zip.GZIPInputStream;

/**
 * An input that can be read more than once: a file, or standard input or a pipe, which are kept in a temporary file
 * until {@link #close}. Whether it is compressed is seen by its first bytes.
 */
public final class InputFile implements Closeable {
    /** The name of standard input on the command line. */
    public static final String STDIN = "-";

    private final String name;
    private final Path path;
    private final Format format;
    private final boolean spooled;
    private final long size;
    private final FileTime modified;

    private InputFile(String name, Path path, Format format, boolean spooled) throws IOException {
        this.name = name;
        this.path = path;
        this.format = format;
        this.spooled = spooled;
        this.size = Files.size(path);
        this.modified = Files.getLastModifiedTime(path);
    }

    /**
     * @param name a path, or {@link #STDIN}
     * @throws IOException if it cannot be read; {@link NoSuchFileException} if it does not exist
     */
    public static InputFile open(String name, Format format, InputStream stdin) throws IOException {
        if (name.equals(STDIN)) {
            return spool("standard input", stdin, format);
        }
        Path path = Path.of(name);
        if (Files.isDirectory(path)) {
            throw new IOException("'" + name + "' is a directory, not a file of rows");
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            try (InputStream pipe = Files.newInputStream(path)) {
                return spool(name, pipe, format);
            }
        }
        return new InputFile(name, path, format, false);
    }

    private static InputFile spool(String name, InputStream in, Format format) throws IOException {
        Path file = Files.createTempFile("storage-import-", null);
        try {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            return new InputFile(name, file, format, true);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** The input's name for people. */
    public String name() {
        return name;
    }

    public Format format() {
        return format;
    }

    /** Its size in bytes as it lies on disk. */
    public long size() {
        return size;
    }

    /** Starts to read it from the beginning. */
    public RecordReader read() throws IOException {
        CountingStream raw = new CountingStream(Files.newInputStream(path));
        try {
            InputStream in = decompressed(raw);
            return switch (format) {
                case JSONL -> new JsonLinesReader(name, new LineReader(in), raw);
                case JSON -> new JsonReader(name, in, raw);
                case CSV -> new CsvReader(name, new LineReader(in), raw);
            };
        } catch (IOException | RuntimeException e) {
            raw.close();
            throw e;
        }
    }

    private static InputStream decompressed(InputStream raw) throws IOException {
        BufferedInputStream in = new BufferedInputStream(raw, 1 << 16);
        in.mark(2);
        boolean gzip = in.read() == 0x1F && in.read() == 0x8B;
        in.reset();
        return gzip ? new GZIPInputStream(in, 1 << 16) : in;
    }

    /** Whether the file has been changed since it was opened here. */
    public boolean changed() throws IOException {
        return Files.size(path) != size || !Files.getLastModifiedTime(path).equals(modified);
    }

    @Override
    public void close() throws IOException {
        if (spooled) {
            Files.deleteIfExists(path);
        }
    }
}
