package io.taskmover.storage.examples;

import io.taskmover.storage.examples.FirstSteps.Task;
import io.taskmover.storage.examples.FormerVersions.Article;
import io.taskmover.storage.migration.SchemaLock;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What a program tests that wants to read its data for ever. */
class StoredClassesTest {
    // README:schema-lock
    @Test
    void dataOfEarlierVersionsIsStillRead() {
        SchemaLock.check(Path.of("src/test/resources/migrations/schema.lock"), Task.class, Article.class);
    }
    // end
}
