package io.taskmover.storage.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RecentChangesTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final RecentChanges changes = new RecentChanges(2, now::get);

    private Instant at(int second) {
        now.set(Instant.ofEpochSecond(second));
        return now.get();
    }

    @Test
    void whatWasNotNotedIsTheSameSinceNotingBegan() {
        Instant before = at(1);
        assertThat(changes.isSameSince(before, "t", "a")).isFalse();
        Instant begun = at(2);
        changes.begin("t");
        Instant changed = at(3);
        changes.changed("t", List.of("b"));
        changes.begin("t");
        assertThat(changes.isSameSince(before, "t", "a")).isFalse();
        assertThat(changes.isSameSince(begun, "t", "a")).isTrue();
        assertThat(changes.isSameSince(begun, "t", "b")).isFalse();
        assertThat(changes.isSameSince(changed, "t", "b")).isTrue();
        assertThat(changes.isSameSince(begun, "other", "a")).isFalse();
    }

    @Test
    void whenTooManyHaveChangedItBeginsAnew() {
        Instant begun = at(1);
        changes.begin("t");
        changes.changed("t", List.of("a", "b"));
        Instant anew = at(2);
        changes.changed("t", List.of("c"));
        assertThat(changes.isSameSince(begun, "t", "x")).isFalse();
        // what was forgotten has changed before that
        assertThat(changes.isSameSince(anew, "t", "a")).isTrue();
        assertThat(changes.isSameSince(anew, "t", "c")).isTrue();
        at(3);
        changes.changed("t", List.of("c"));
        assertThat(changes.isSameSince(anew, "t", "c")).isFalse();
    }
}
