package io.taskmover.storage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.error.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageConfigTest {
    @Test
    void readsSchemePlaceAndOptionsFromAUrl() {
        StorageConfig config = StorageConfig.of("file:./my%20data?timeout=250ms&poolSize=3&autoCreate=false&mode=ro");
        assertThat(config.scheme()).isEqualTo("file");
        assertThat(config.location()).isEqualTo("./my%20data");
        assertThat(config.timeout()).isEqualTo(Duration.ofMillis(250));
        assertThat(config.poolSize()).isEqualTo(3);
        assertThat(config.autoCreate()).isFalse();
        assertThat(config.readOnly()).isTrue();
    }

    @Test
    void hasTheSpecificationsDefaults() {
        StorageConfig config = StorageConfig.of("memory:");
        assertThat(config.autoCreate()).isTrue();
        assertThat(config.readOnly()).isFalse();
        assertThat(config.backupEnabled()).isEmpty();
        assertThat(config.versioningEnabled()).isEmpty();
        assertThat(config.versions()).isEmpty();
        assertThat(config.versionsFor()).isEmpty();
        assertThat(config.timeout()).isEqualTo(StorageConfig.DEFAULT_TIMEOUT);
    }

    @Test
    void saysWhichVersionsAreKept() {
        StorageConfig config = StorageConfig.of("memory:?versioningEnabled=true&versions=100&versionsFor=P90D");
        assertThat(config.versioningEnabled()).contains(true);
        assertThat(config.versions()).contains(100);
        assertThat(config.versionsFor()).contains(Duration.ofDays(90));
        StorageConfig built = StorageConfig.builder("memory:")
                .versions(1)
                .versionsFor(Duration.ofHours(2))
                .build();
        assertThat(built.versions()).contains(1);
        assertThat(built.versionsFor()).contains(Duration.ofHours(2));
        assertThatThrownBy(() -> StorageConfig.of("memory:?versions=0")).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> StorageConfig.of("memory:?versionsFor=-P1D")).isInstanceOf(ConfigException.class);
    }

    @Test
    void saysWhatIsMeasured() {
        StorageConfig config = StorageConfig.of("memory:?slowQuery=200ms");
        assertThat(config.slowQuery()).contains(Duration.ofMillis(200));
        assertThat(config.latencies()).isFalse();
        assertThat(StorageConfig.builder("memory:").latencies(true).build().latencies())
                .isTrue();
        assertThat(StorageConfig.of("memory:").slowQuery()).isEmpty();
        assertRefused("memory:?slowQuery=0s", "slowQuery must be longer than nothing");
        assertRefused("memory:?latencies=yes", "latencies is true or false");
    }

    @Test
    void acceptsAJdbcPrefixAndUpperCaseSchemes() {
        assertThat(StorageConfig.of("jdbc:sqlite:a.db").scheme()).isEqualTo("sqlite");
        assertThat(StorageConfig.of("FILE:C:\\data").location()).isEqualTo("C:\\data");
    }

    @Test
    void builderWinsOverTheUrl() {
        StorageConfig config = StorageConfig.builder("memory:?poolSize=3")
                .poolSize(5)
                .timeout(Duration.ofSeconds(2))
                .build();
        assertThat(config.poolSize()).isEqualTo(5);
        assertThat(config.timeout()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void comesFromPropertiesAndEnvironment() {
        Properties properties = new Properties();
        properties.setProperty("storage.url", "sqlite:a.db");
        properties.setProperty("storage.poolSize", "2");
        properties.setProperty("other", "x");
        assertThat(StorageConfig.fromProperties(properties).poolSize()).isEqualTo(2);
        StorageConfig config = StorageConfig.fromEnvironment(
                Map.of("STORAGE_URL", "file:./d", "STORAGE_AUTO_CREATE", "false", "HOME", "/"));
        assertThat(config.autoCreate()).isFalse();
        assertThatThrownBy(() -> StorageConfig.fromEnvironment(Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("STORAGE_URL");
    }

    @Test
    void unknownOptionNamesTheNearest() {
        StorageConfig config = StorageConfig.of("file:./d?durabilty=none");
        assertThatThrownBy(() -> config.requireKnownOptions(List.of("durability", "layout")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'durabilty'")
                .hasMessageContaining("did you mean 'durability'");
    }

    @Test
    void badValuesAreRefusedByName() {
        assertRefused("data", "not a storage URL");
        assertRefused(":x", "not a storage URL");
        assertRefused("memory:?poolSize=0", "poolSize");
        assertRefused("memory:?poolSize=many", "poolSize");
        assertRefused("memory:?timeout=fast", "250ms");
        assertRefused("memory:?timeout=0s", "timeout");
        assertRefused("memory:?autoCreate=yes", "autoCreate");
        assertRefused("memory:?mode=rx", "mode");
        assertRefused("memory:?mode", "name=value");
        assertRefused("memory:?mode=ro&mode=rw", "twice");
    }

    private static void assertRefused(String url, String message) {
        assertThatThrownBy(() -> StorageConfig.of(url))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void readsDurations() {
        assertThat(StorageConfig.parseDuration("5s")).isEqualTo(Duration.ofSeconds(5));
        assertThat(StorageConfig.parseDuration("2m")).isEqualTo(Duration.ofMinutes(2));
        assertThat(StorageConfig.parseDuration("1h")).isEqualTo(Duration.ofHours(1));
        assertThat(StorageConfig.parseDuration("PT0.5S")).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void anAddressFindsTheSameStoreFromEverywhere(@TempDir Path directory) throws IOException {
        Path real = Files.createDirectory(directory.toRealPath().resolve("real store"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), real);
        assertThat(StorageConfig.of("file:" + link).address()).isEqualTo("file:" + real);
        String relative = Path.of("").toAbsolutePath().relativize(real).toString();
        assertThat(StorageConfig.of("file:" + relative).address()).isEqualTo("file:" + real);
        assertThat(StorageConfig.of("file://" + relative + "?durability=none").address())
                .isEqualTo("file:" + real);
        assertThat(StorageConfig.of("file:" + real + "?allowNetwork=nfs,cifs").address())
                .isEqualTo("file:" + real + "?allowNetwork=nfs%2Ccifs");
        assertThat(StorageConfig.of("sqlite:" + real.resolve("../not made yet.db"))
                        .address())
                .isEqualTo("sqlite:" + real.resolveSibling("not made yet.db"));
        assertThat(StorageConfig.of("sqlite::memory:").address()).isEqualTo("sqlite::memory:");
        assertThat(StorageConfig.of("memory:").address()).isEqualTo("memory:");
        assertThat(StorageConfig.of("postgresql://u:s3cret@db:5432/x?sslmode=require&password=s3cret&timeout=5s")
                        .address())
                .isEqualTo("postgresql://u@db:5432/x?sslmode=require");
        assertThat(StorageConfig.of("mariadb://u@db:3306/x?serverSslCert=/ca.pem&lockTimeout=1s&password=s3cret")
                        .address())
                .isEqualTo("mariadb://u@db:3306/x?serverSslCert=%2Fca.pem");
    }

    @Test
    void textFormShowsNoSecrets() {
        assertThat(StorageConfig.of("postgresql://anna:s3cret@db:5432/x?sslpassword=hush"))
                .hasToString("postgresql://anna:…@db:5432/x");
        assertThat(StorageConfig.of("postgresql://anna:s3@cr:et@db:5432/x"))
                .hasToString("postgresql://anna:…@db:5432/x");
        assertThat(StorageConfig.of("postgresql:anna:s3cret@db:5432/x")).hasToString("postgresql:anna:…@db:5432/x");
    }
}
