package io.taskmover.storage;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One page of a query's results, in the query's order, completed by id. Immutable. */
public final class Page<T> implements Iterable<T> {
    private final List<T> content;
    private final PageRequest request;
    private final boolean hasNext;
    private final boolean hasPrevious;
    private final @Nullable String first;
    private final @Nullable String last;
    private final @Nullable Long total;

    Page(
            List<T> content,
            PageRequest request,
            boolean hasPrevious,
            boolean hasNext,
            @Nullable String first,
            @Nullable String last,
            @Nullable Long total) {
        this.content = List.copyOf(content);
        this.request = request;
        this.hasPrevious = hasPrevious;
        this.hasNext = hasNext;
        this.first = first;
        this.last = last;
        this.total = total;
    }

    /** The entities on this page; empty beyond the last. */
    public List<T> content() {
        return content;
    }

    public boolean hasNext() {
        return hasNext;
    }

    public boolean hasPrevious() {
        return hasPrevious;
    }

    /**
     * The page after this one, if there was one when this was read: by cursor where the order allows it, else by
     * number.
     */
    public Optional<PageRequest> next() {
        if (!hasNext) {
            return Optional.empty();
        }
        return Optional.of(
                last == null
                        ? new PageRequest(request.size(), request.number() + 1, null, false, request.withTotal())
                        : new PageRequest(request.size(), 0, last, false, request.withTotal()));
    }

    /** The page before this one, if there was one when this was read. */
    public Optional<PageRequest> previous() {
        if (!hasPrevious) {
            return Optional.empty();
        }
        return Optional.of(
                first == null
                        ? new PageRequest(request.size(), request.number() - 1, null, false, request.withTotal())
                        : new PageRequest(request.size(), 0, first, true, request.withTotal()));
    }

    /** How many results the query has on all pages; empty unless the request asked {@link PageRequest#total}. */
    public OptionalLong total() {
        return total == null ? OptionalLong.empty() : OptionalLong.of(total);
    }

    @Override
    public Iterator<T> iterator() {
        return content.iterator();
    }

    @Override
    public String toString() {
        return "Page of " + content.size() + (hasNext ? ", more to come" : "");
    }
}
