package io.taskmover.storage.testkit.disk;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A path on a {@link ModelDisk}: names with slashes between them. */
final class ModelPath implements Path {
    private final ModelFileSystem fileSystem;
    private final boolean absolute;
    private final List<String> names;
    private @Nullable String text; // computed twice at worst

    /** @param names empty for the root or, if not absolute, one empty name for the empty path */
    private ModelPath(ModelFileSystem fileSystem, boolean absolute, List<String> names) {
        this.fileSystem = fileSystem;
        this.absolute = absolute;
        this.names = names;
    }

    static ModelPath parse(ModelFileSystem fileSystem, String text) {
        List<String> names = new ArrayList<>();
        for (int from = 0; from < text.length(); ) {
            int slash = text.indexOf('/', from);
            int to = slash < 0 ? text.length() : slash;
            if (to > from) {
                names.add(text.substring(from, to));
            }
            from = to + 1;
        }
        boolean absolute = text.startsWith("/");
        return new ModelPath(fileSystem, absolute, names.isEmpty() && !absolute ? List.of("") : names);
    }

    private ModelPath of(boolean isAbsolute, List<String> parts) {
        return new ModelPath(fileSystem, isAbsolute, parts.isEmpty() && !isAbsolute ? List.of("") : parts);
    }

    private ModelPath same(Path other) {
        if (other instanceof ModelPath path && path.fileSystem == fileSystem) {
            return path;
        }
        throw new ProviderMismatchException(other + " is not a path on this model disk");
    }

    /** The names from the root to what the path means. */
    List<String> fromRoot() {
        boolean plain = absolute && !names.contains(".") && !names.contains("..");
        return plain ? names : ((ModelPath) toAbsolutePath().normalize()).names;
    }

    private boolean isEmpty() {
        return !absolute && names.size() == 1 && names.get(0).isEmpty();
    }

    @Override
    public FileSystem getFileSystem() {
        return fileSystem;
    }

    @Override
    public boolean isAbsolute() {
        return absolute;
    }

    @Override
    public @Nullable Path getRoot() {
        return absolute ? of(true, List.of()) : null;
    }

    @Override
    public @Nullable Path getFileName() {
        return names.isEmpty() ? null : of(false, names.subList(names.size() - 1, names.size()));
    }

    @Override
    public @Nullable Path getParent() {
        if (names.isEmpty() || (names.size() == 1 && !absolute)) {
            return null;
        }
        return of(absolute, names.subList(0, names.size() - 1));
    }

    @Override
    public int getNameCount() {
        return names.size();
    }

    @Override
    public Path getName(int index) {
        return subpath(index, index + 1);
    }

    @Override
    public Path subpath(int from, int to) {
        if (from < 0 || to > names.size() || from >= to) {
            throw new IllegalArgumentException("no names from " + from + " to " + to + " in " + this);
        }
        return of(false, names.subList(from, to));
    }

    @Override
    public boolean startsWith(Path other) {
        return other instanceof ModelPath path
                && path.fileSystem == fileSystem
                && path.absolute == absolute
                && path.names.size() <= names.size()
                && names.subList(0, path.names.size()).equals(path.names);
    }

    @Override
    public boolean endsWith(Path other) {
        if (!(other instanceof ModelPath path) || path.fileSystem != fileSystem || path.absolute) {
            return equals(other);
        }
        int from = names.size() - path.names.size();
        return from >= 0 && names.subList(from, names.size()).equals(path.names);
    }

    @Override
    public Path normalize() {
        List<String> kept = new ArrayList<>();
        for (String name : names) {
            boolean up = name.equals("..");
            if (up && !kept.isEmpty() && !kept.get(kept.size() - 1).equals("..")) {
                kept.remove(kept.size() - 1);
            } else if (!name.equals(".") && !(up && absolute)) {
                kept.add(name);
            }
        }
        return of(absolute, List.copyOf(kept));
    }

    @Override
    public Path resolve(Path other) {
        ModelPath path = same(other);
        if (path.absolute || isEmpty()) {
            return path;
        }
        if (path.isEmpty()) {
            return this;
        }
        List<String> all = new ArrayList<>(names.size() + path.names.size());
        all.addAll(names);
        all.addAll(path.names);
        return of(absolute, all);
    }

    @Override
    public Path relativize(Path other) {
        ModelPath path = same(other);
        if (path.absolute != absolute) {
            throw new IllegalArgumentException("of " + this + " and " + other + " only one is absolute");
        }
        List<String> mine = isEmpty() ? List.of() : names;
        int common = 0;
        while (common < mine.size()
                && common < path.names.size()
                && mine.get(common).equals(path.names.get(common))) {
            common++;
        }
        List<String> steps = new ArrayList<>();
        mine.subList(common, mine.size()).forEach(name -> steps.add(".."));
        steps.addAll(path.names.subList(common, path.names.size()));
        return of(false, steps);
    }

    @Override
    public URI toUri() {
        return URI.create(ModelFileSystemProvider.SCHEME + "://" + toAbsolutePath());
    }

    @Override
    public Path toAbsolutePath() {
        return absolute ? this : of(true, isEmpty() ? List.of() : names);
    }

    @Override
    public Path toRealPath(LinkOption... options) throws IOException {
        Path real = toAbsolutePath().normalize();
        fileSystem.provider().checkAccess(real);
        return real;
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException("the model disk does not tell of changes");
    }

    @Override
    public int compareTo(Path other) {
        return toString().compareTo(same(other).toString());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ModelPath path
                && path.fileSystem == fileSystem
                && path.absolute == absolute
                && path.names.equals(names);
    }

    @Override
    public int hashCode() {
        return names.hashCode();
    }

    @Override
    public String toString() {
        String known = text;
        if (known == null) {
            known = (absolute ? "/" : "") + String.join("/", names);
            text = known;
        }
        return known;
    }
}
