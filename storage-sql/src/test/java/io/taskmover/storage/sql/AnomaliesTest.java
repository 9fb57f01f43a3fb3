package io.taskmover.storage.sql;

import io.taskmover.storage.testkit.AnomaliesGolden;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnomaliesTest {

    @Test
    void theRelationalBackendsShowTheAnomaliesThatWereReviewed() {
        AnomaliesGolden.assertReviewed(
                AnomaliesTest.class,
                "/anomalies-sql.golden",
                Map.of(
                        "mariadb",
                        directory -> MariadbServer.url("mariadb"),
                        "mysql",
                        directory -> MariadbServer.url("mysql"),
                        "postgresql",
                        directory -> PostgresServer.url(),
                        "sqlite",
                        directory -> "sqlite:" + directory.resolve("store.db")));
    }
}
