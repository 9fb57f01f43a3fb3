package io.taskmover.storage.config;

import io.taskmover.storage.error.ConfigException;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a store is and how it is kept. Immutable.
 *
 * <p>A URL is a scheme, a place and options: {@code file:./data?timeout=5s}, {@code sqlite:tasks.db?poolSize=4}. Options
 * are this class's own names and those that the scheme's backend declares.
 */
public final class StorageConfig {
    /** The default timeout of an operation. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
    /** The default number of pooled connections. */
    public static final int DEFAULT_POOL_SIZE = 8;

    private static final Set<String> OPTIONS = Set.of(
            "poolSize",
            "timeout",
            "autoCreate",
            "backupEnabled",
            "backups",
            "backupEvery",
            "backupsKept",
            "backupsFor",
            "versioningEnabled",
            "versions",
            "versionsFor",
            "mode",
            "cache",
            "cacheTtl",
            "cacheResults",
            "cacheResultsTtl",
            "validation",
            "latencies",
            "slowQuery");

    /** Without these a store at another machine may not be found or not be opened; none of them is a secret. */
    private static final Set<String> ADDRESS_OPTIONS = Set.of(
            "user",
            "passwordEnv",
            "currentSchema",
            "sslmode",
            "sslrootcert",
            "sslcert",
            "sslkey",
            "sslMode",
            "serverSslCert",
            "trustCertificateKeyStoreUrl",
            "trustCertificateKeyStoreType");

    private final String scheme;
    private final String location;
    private final Map<String, String> options;
    private final int poolSize;
    private final Duration timeout;
    private final boolean autoCreate;
    private final boolean readOnly;
    private final @Nullable Boolean backupEnabled;
    private final @Nullable Boolean versioningEnabled;
    private final @Nullable CacheSettings cache;
    private final @Nullable Integer versions;
    private final @Nullable Duration versionsFor;
    private final @Nullable Boolean validation;
    private final boolean latencies;
    private final @Nullable Duration slowQuery;
    private final Clock clock;

    private StorageConfig(Builder builder) {
        String url = builder.url.startsWith("jdbc:") ? builder.url.substring("jdbc:".length()) : builder.url;
        int colon = url.indexOf(':');
        if (colon <= 0) {
            throw new ConfigException("'" + builder.url
                    + "' is not a storage URL; write for example memory:, file:./data or sqlite:tasks.db");
        }
        this.scheme = url.substring(0, colon).toLowerCase(Locale.ROOT);
        int question = url.indexOf('?', colon);
        this.location = url.substring(colon + 1, question < 0 ? url.length() : question);
        Map<String, String> all = new TreeMap<>(question < 0 ? Map.of() : parseOptions(url.substring(question + 1)));
        all.putAll(builder.options);
        this.poolSize = positiveInt(all.remove("poolSize"), DEFAULT_POOL_SIZE, "poolSize");
        this.timeout = duration(all.remove("timeout"), DEFAULT_TIMEOUT, "timeout");
        this.autoCreate = !Boolean.FALSE.equals(bool(all.remove("autoCreate"), "autoCreate"));
        this.backupEnabled = bool(all.remove("backupEnabled"), "backupEnabled");
        this.versioningEnabled = bool(all.remove("versioningEnabled"), "versioningEnabled");
        String most = all.remove("versions");
        this.versions = most == null ? null : (Integer) positiveInt(most, 1, "versions");
        String age = all.remove("versionsFor");
        this.versionsFor = age == null ? null : duration(age, DEFAULT_TIMEOUT, "versionsFor");
        this.latencies = Boolean.TRUE.equals(bool(all.remove("latencies"), "latencies"));
        String slow = all.remove("slowQuery");
        this.slowQuery = slow == null ? null : duration(slow, DEFAULT_TIMEOUT, "slowQuery");
        this.readOnly = mode(all.remove("mode"));
        this.cache = cache(all);
        this.validation = bool(all.remove("validation"), "validation");
        this.options = Collections.unmodifiableMap(all);
        this.clock = builder.clock;
    }

    /** The configuration that a URL spells, with its options. */
    public static StorageConfig of(String url) {
        return builder(url).build();
    }

    /** A builder for a URL; options set on it win over those in the URL. */
    public static Builder builder(String url) {
        return new Builder(url);
    }

    /** The configuration under {@code storage.url} and {@code storage.<option>} in properties. */
    public static StorageConfig fromProperties(Properties properties) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String name : properties.stringPropertyNames()) {
            if (name.startsWith("storage.")) {
                settings.put(name.substring("storage.".length()), properties.getProperty(name));
            }
        }
        return fromSettings(settings, "the property storage.url");
    }

    /** The configuration in {@code STORAGE_URL} and {@code STORAGE_POOL_SIZE}, {@code STORAGE_TIMEOUT}, … */
    public static StorageConfig fromEnvironment(Map<String, String> environment) {
        Map<String, String> settings = new LinkedHashMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith("STORAGE_")) {
                settings.put(camelCase(name.substring("STORAGE_".length())), value);
            }
        });
        return fromSettings(settings, "the environment variable STORAGE_URL");
    }

    private static StorageConfig fromSettings(Map<String, String> settings, String where) {
        String url = settings.remove("url");
        if (url == null) {
            throw new ConfigException("No store is configured: set " + where + ", for example to file:./data");
        }
        Builder builder = builder(url);
        settings.forEach(builder::option);
        return builder.build();
    }

    private static String camelCase(String upper) {
        StringBuilder name = new StringBuilder();
        for (String word : upper.toLowerCase(Locale.ROOT).split("_")) {
            name.append(
                    name.isEmpty() || word.isEmpty()
                            ? word
                            : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return name.toString();
    }

    private static Map<String, String> parseOptions(String query) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                throw new ConfigException("The URL option '" + pair + "' is not of the form name=value");
            }
            String name = URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8);
            String value = URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
            if (options.put(name, value) != null) {
                throw new ConfigException("The URL option '" + name + "' is given twice");
            }
        }
        return options;
    }

    /** The part of the URL before the first colon, in lower case: {@code file}. */
    public String scheme() {
        return scheme;
    }

    /** The part of the URL between scheme and options, as it was written: {@code ./data}. */
    public String location() {
        return location;
    }

    /** The most connections that a pool holds, at least 1. */
    public int poolSize() {
        return poolSize;
    }

    /** How long an operation may wait for a lock, a connection or an answer. */
    public Duration timeout() {
        return timeout;
    }

    /** Whether a missing store and missing tables are created. */
    public boolean autoCreate() {
        return autoCreate;
    }

    /** Whether the store is opened for reading only: {@code mode=ro}. */
    public boolean readOnly() {
        return readOnly;
    }

    /** Whether backups are to be made: an explicit choice, or empty for "where it is said where they go". */
    public Optional<Boolean> backupEnabled() {
        return Optional.ofNullable(backupEnabled);
    }

    /**
     * Whether versions of rows are wanted: an explicit choice, or empty for "if the store has some already". See
     * {@link #versions} and {@link #versionsFor} on how many.
     */
    public Optional<Boolean> versioningEnabled() {
        return Optional.ofNullable(versioningEnabled);
    }

    /** What is kept in memory of what was read; empty for nothing. */
    public Optional<CacheSettings> cache() {
        return Optional.ofNullable(cache);
    }

    /** How many versions of each row are kept at least, 1 or more; empty if their number keeps none, or all are kept. */
    public Optional<Integer> versions() {
        return Optional.ofNullable(versions);
    }

    /**
     * For how long the former state of a row stays known; empty if age keeps no version, or all are kept. All are kept
     * if neither this is given nor {@link #versions}; if both are, whatever one of them keeps.
     */
    public Optional<Duration> versionsFor() {
        return Optional.ofNullable(versionsFor);
    }

    /**
     * Whether entities are checked by Jakarta Validation before they are written: an explicit choice, or empty for "if there is
     * a provider".
     */
    public Optional<Boolean> validation() {
        return Optional.ofNullable(validation);
    }

    /** Whether it is measured how long operations take. */
    public boolean latencies() {
        return latencies;
    }

    /** From which time on an operation is slow, and told to the log; empty if none is. */
    public Optional<Duration> slowQuery() {
        return Optional.ofNullable(slowQuery);
    }

    /** An option that this class does not interpret, as text. */
    public Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    /** The time of day for the store. */
    public Clock clock() {
        return clock;
    }

    /**
     * Refuses options that neither this class nor the backend knows.
     *
     * @param known the options that the backend declares
     * @throws ConfigException that names the nearest known option
     */
    public void requireKnownOptions(Collection<String> known) {
        for (String name : options.keySet()) {
            if (!known.contains(name) && !OPTIONS.contains(name)) {
                List<String> all = new ArrayList<>(OPTIONS);
                all.addAll(known);
                String nearest = Collections.min(
                        all,
                        Comparator.comparingInt((String option) -> distance(name, option))
                                .thenComparing(Comparator.naturalOrder()));
                Collections.sort(all);
                throw new ConfigException("Unknown option '" + name + "' for " + scheme + ": — did you mean '" + nearest
                        + "'? The options are " + all);
            }
        }
    }

    /** The number of single-character edits between two words (Levenshtein). */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
                current[j] = Math.min(Math.min(current[j - 1], previous[j]) + 1, previous[j - 1] + (same ? 0 : 1));
            }
            previous = current;
        }
        return previous[b.length()];
    }

    private static int positiveInt(@Nullable String text, int otherwise, String name) {
        if (text == null) {
            return otherwise;
        }
        try {
            int value = Integer.parseInt(text);
            if (value > 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new ConfigException(name + " is a whole number of at least 1, not '" + text + "'", e);
        }
        throw new ConfigException(name + " is a whole number of at least 1, not '" + text + "'");
    }

    /** Parses {@code 250ms}, {@code 5s}, {@code 2m} or ISO 8601 such as {@code PT5S}. */
    public static Duration parseDuration(String text) {
        String number = text.replaceFirst("(ms|s|m|h)$", "");
        String unit = text.substring(number.length());
        if (!unit.isEmpty() && number.matches("\\d{1,9}")) {
            long amount = Long.parseLong(number);
            return switch (unit) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                default -> Duration.ofHours(amount);
            };
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new ConfigException("'" + text + "' is not a duration; write for example 250ms, 5s or 2m", e);
        }
    }

    private static Duration duration(@Nullable String text, Duration otherwise, String name) {
        if (text == null) {
            return otherwise;
        }
        Duration duration = parseDuration(text);
        if (duration.isNegative() || duration.isZero()) {
            throw new ConfigException(name + " must be longer than nothing, not '" + text + "'");
        }
        return duration;
    }

    private static @Nullable Boolean bool(@Nullable String text, String name) {
        if (text == null) {
            return null;
        }
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new ConfigException(name + " is true or false, not '" + text + "'");
        };
    }

    /** Takes the options of a cache out of all. */
    private static @Nullable CacheSettings cache(Map<String, String> all) {
        String rows = all.remove("cache");
        String ttl = all.remove("cacheTtl");
        String results = all.remove("cacheResults");
        String resultsTtl = all.remove("cacheResultsTtl");
        if (rows == null || rows.equals("false")) {
            if (ttl != null || results != null || resultsTtl != null) {
                throw new ConfigException(
                        "The store has no cache that cacheTtl, cacheResults and cacheResultsTtl could be"
                                + " for; set cache=true, or cache=10000 for so many rows of each table");
            }
            return null;
        }
        CacheSettings settings = CacheSettings.DEFAULT;
        if (!rows.equals("true")) {
            settings = settings.withRows(positiveInt(rows, 0, "cache, if it is not true or false,"));
        }
        if (ttl != null) {
            settings = settings.withTtl(duration(ttl, settings.ttl(), "cacheTtl"));
        }
        if (results != null) {
            settings = settings.withResultRows(
                    results.equals("0") ? 0 : positiveInt(results, 0, "cacheResults, if it is not 0,"));
        }
        return settings.withResultTtl(
                duration(resultsTtl, ttl == null ? settings.resultTtl() : settings.ttl(), "cacheResultsTtl"));
    }

    private static boolean mode(@Nullable String text) {
        if (text == null) {
            return false;
        }
        return switch (text) {
            case "ro" -> true;
            case "rw" -> false;
            default -> throw new ConfigException("mode is rw or ro, not '" + text + "'");
        };
    }

    /**
     * The URL by which the same store is found whatever the working directory is, by its one true path: without options, but
     * for those without which it cannot be opened. A location that is not a path of this machine stays as it is, but for a
     * password in it.
     */
    public String address() {
        boolean noPath =
                location.isEmpty() || location.startsWith(":") || (location.startsWith("//") && !scheme.equals("file"));
        if (noPath) {
            String known = options.entrySet().stream()
                    .filter(option -> ADDRESS_OPTIONS.contains(option.getKey()))
                    .map(option -> option.getKey() + "=" + URLEncoder.encode(option.getValue(), StandardCharsets.UTF_8))
                    .collect(Collectors.joining("&"));
            return scheme + ":" + withPassword("") + (known.isEmpty() ? "" : "?" + known);
        }
        String network = options.get("allowNetwork");
        return scheme + ":" + truePath(location.startsWith("//") ? location.substring(2) : location)
                + (network == null ? "" : "?allowNetwork=" + URLEncoder.encode(network, StandardCharsets.UTF_8));
    }

    private static String truePath(String place) {
        try {
            Path path = Path.of(place).toAbsolutePath();
            return (Files.exists(path) ? path.toRealPath() : path.normalize()).toString();
        } catch (InvalidPathException | IOException e) {
            return place; // whoever opens it says what is wrong with it
        }
    }

    /** The URL without values of its options, which may be secrets. */
    @Override
    public String toString() {
        return scheme + ":" + withPassword(":…");
    }

    /** The location with {@code instead} in place of a password and the colon before it: all up to the last @ may be one. */
    private String withPassword(String instead) {
        int at = location.lastIndexOf('@');
        int colon = location.indexOf(':');
        return colon >= 0 && colon < at ? location.substring(0, colon) + instead + location.substring(at) : location;
    }

    /** Collects settings; {@link #build} checks them. Not thread-safe. */
    public static final class Builder {
        private final String url;
        private final Map<String, String> options = new LinkedHashMap<>();
        private Clock clock = Clock.systemUTC();

        private Builder(String url) {
            this.url = url;
        }

        /** An option as in a URL. */
        public Builder option(String name, String value) {
            options.put(name, value);
            return this;
        }

        public Builder poolSize(int connections) {
            return option("poolSize", Integer.toString(connections));
        }

        public Builder timeout(Duration timeout) {
            return option("timeout", timeout.toString());
        }

        public Builder autoCreate(boolean enabled) {
            return option("autoCreate", Boolean.toString(enabled));
        }

        public Builder backupEnabled(boolean enabled) {
            return option("backupEnabled", Boolean.toString(enabled));
        }

        public Builder versioningEnabled(boolean enabled) {
            return option("versioningEnabled", Boolean.toString(enabled));
        }

        /** Keeps in memory what was read. */
        public Builder cache(CacheSettings settings) {
            return option("cache", Long.toString(settings.rows()))
                    .option("cacheTtl", settings.ttl().toString())
                    .option("cacheResults", Long.toString(settings.resultRows()))
                    .option("cacheResultsTtl", settings.resultTtl().toString());
        }

        /** How many versions of each row are kept at least. */
        public Builder versions(int count) {
            return option("versions", Integer.toString(count));
        }

        /** For how long the former state of a row stays known. */
        public Builder versionsFor(Duration age) {
            return option("versionsFor", age.toString());
        }

        /** Whether entities are checked by Jakarta Validation before they are written. */
        public Builder validation(boolean enabled) {
            return option("validation", Boolean.toString(enabled));
        }

        /** Measures how long operations take; costs two looks at the clock for each. */
        public Builder latencies(boolean measured) {
            return option("latencies", Boolean.toString(measured));
        }

        /** Tells the log of operations that take this long or longer, and measures how long each takes. */
        public Builder slowQuery(Duration slow) {
            return option("slowQuery", slow.toString());
        }

        public Builder clock(Clock source) {
            clock = source;
            return this;
        }

        /** @throws ConfigException if the URL or an option's value cannot be understood */
        public StorageConfig build() {
            return new StorageConfig(this);
        }
    }
}
