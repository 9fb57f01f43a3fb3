package io.taskmover.storage.benchmarks.peer;

import static org.springframework.data.relational.core.query.Criteria.where;
import static org.springframework.data.relational.core.query.Query.query;

import com.zaxxer.hikari.HikariDataSource;
import io.taskmover.storage.benchmarks.Job;
import io.taskmover.storage.benchmarks.Relational;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.JDBCType;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.convert.converter.Converter;
import org.springframework.dao.IncorrectUpdateSemanticsDataAccessException;
import org.springframework.data.convert.ReadingConverter;
import org.springframework.data.convert.WritingConverter;
import org.springframework.data.jdbc.core.JdbcAggregateTemplate;
import org.springframework.data.jdbc.core.mapping.JdbcValue;
import org.springframework.data.jdbc.repository.config.AbstractJdbcConfiguration;
import org.springframework.data.relational.core.dialect.AnsiDialect;
import org.springframework.data.relational.core.dialect.Dialect;
import org.springframework.data.relational.core.query.Query;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A database by Spring Data JDBC's template, over a pool. */
public final class SpringStore implements Relational {
    private final Database database;
    private HikariDataSource pool;
    private AnnotationConfigApplicationContext context;
    private JdbcAggregateTemplate template;
    private TransactionTemplate transactions;

    public SpringStore(Database database) {
        this.database = database;
    }

    @Override
    public String name() {
        return database.name("Spring Data JDBC");
    }

    @Override
    public void open(Path directory) throws IOException, SQLException {
        pool = database.pool(directory);
        JdbcTemplate jdbc = new JdbcTemplate(pool);
        jdbc.execute(database.table());
        jdbc.execute(Database.INDEX);
        jdbc.setFetchSize(Database.FETCHED_ROWS);
        context = new AnnotationConfigApplicationContext();
        context.registerBean(NamedParameterJdbcOperations.class, () -> new NamedParameterJdbcTemplate(jdbc));
        context.register(database == Database.SQLITE ? OnSqlite.class : OnPostgres.class);
        context.refresh();
        template = context.getBean(JdbcAggregateTemplate.class);
        transactions = new TransactionTemplate(new DataSourceTransactionManager(pool));
    }

    /** As it comes: the dialect is found by the connection. */
    static class OnPostgres extends AbstractJdbcConfiguration {
        @Override
        protected List<?> userConverters() {
            return List.of();
        }
    }

    /**
     * With what Spring Data JDBC does not have for SQLite: a dialect, for which the standard's will do, and the forms of
     * instants, dates and booleans.
     */
    static class OnSqlite extends AbstractJdbcConfiguration {
        @Override
        public Dialect jdbcDialect(NamedParameterJdbcOperations operations) {
            return AnsiDialect.INSTANCE;
        }

        @Override
        protected List<?> userConverters() {
            return List.of(
                    new InstantToText(),
                    new TextToInstant(),
                    new DateToText(),
                    new TextToDate(),
                    new NumberToBoolean());
        }
    }

    @WritingConverter
    private static final class InstantToText implements Converter<Instant, JdbcValue> {
        @Override
        public JdbcValue convert(Instant instant) {
            return JdbcValue.of(instant.toString(), JDBCType.VARCHAR);
        }
    }

    @ReadingConverter
    private static final class TextToInstant implements Converter<String, Instant> {
        @Override
        public Instant convert(String text) {
            return Instant.parse(text);
        }
    }

    @WritingConverter
    private static final class DateToText implements Converter<LocalDate, JdbcValue> {
        @Override
        public JdbcValue convert(LocalDate date) {
            return JdbcValue.of(date.toString(), JDBCType.VARCHAR);
        }
    }

    @ReadingConverter
    private static final class TextToDate implements Converter<String, LocalDate> {
        @Override
        public LocalDate convert(String text) {
            return LocalDate.parse(text);
        }
    }

    @ReadingConverter
    private static final class NumberToBoolean implements Converter<Integer, Boolean> {
        @Override
        public Boolean convert(Integer number) {
            return number != 0;
        }
    }

    @Override
    public void load(List<Job> jobs) {
        transactions.executeWithoutResult(
                status -> template.insertAll(jobs.stream().map(JobRow::of).toList()));
    }

    @Override
    public Job find(String id) {
        return template.findById(id, JobRow.class).toJob();
    }

    /** It has no upsert; an update that finds nothing becomes an insert. */
    @Override
    public void save(Job job) {
        JobRow row = JobRow.of(job);
        try {
            template.update(row);
        } catch (IncorrectUpdateSemanticsDataAccessException e) {
            template.insert(row);
        }
    }

    private List<Job> all(Query query) {
        return template.findAll(query, JobRow.class).stream().map(JobRow::toJob).toList();
    }

    @Override
    public List<Job> byOwner(String owner) {
        return all(query(where("owner").is(owner)));
    }

    @Override
    public List<Job> scan(int priority) {
        return all(query(
                where("priority").greaterThanOrEquals(priority).and("archived").isFalse()));
    }

    @Override
    public void each(Consumer<Job> reader) {
        transactions.executeWithoutResult(status -> {
            try (Stream<JobRow> rows = template.streamAll(JobRow.class)) {
                rows.map(JobRow::toJob).forEach(reader);
            }
        });
    }

    @Override
    public void close() {
        context.close();
        pool.close();
    }
}
