package io.taskmover.storage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SqliteCommandsTest extends StoreCommandsContract {
    @Override
    String url(Path place) {
        return "sqlite:" + place + ".db";
    }

    @Test
    void repairSaysThatADatabaseCanOnlyBeVerified() {
        assertThat(Shell.run("verify", url(directory.resolve("store")), "--repair")
                        .failure(ExitCode.UNSUPPORTED))
                .contains("A sqlite: store can be verified");
        assertThat(directory).isEmptyDirectory();
    }
}
