package io.taskmover.storage.benchmarks.peer;

import com.zaxxer.hikari.HikariDataSource;
import io.taskmover.storage.benchmarks.Job;
import io.taskmover.storage.benchmarks.Relational;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jooq.BatchBindStep;
import org.jooq.Converter;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Insert;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.SelectWhereStep;
import org.jooq.Table;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** A database by jOOQ's statements and its own mapping of records to classes, over a pool. */
public final class JooqStore implements Relational {
    private static final Table<Record> JOB = DSL.table(DSL.name("job"));
    private static final Field<String> ID = field("id", SQLDataType.CLOB);
    private static final Field<String> OWNER = field("owner", SQLDataType.CLOB);
    private static final Field<Integer> PRIORITY = field("priority", SQLDataType.INTEGER);
    private static final Field<Boolean> ARCHIVED = field("archived", SQLDataType.BOOLEAN);

    private final Database database;
    private final List<Field<?>> fields;
    private HikariDataSource pool;
    private DSLContext sql;

    public JooqStore(Database database) {
        this.database = database;
        boolean texts = database == Database.SQLITE;
        this.fields = List.of(
                ID,
                field("title", SQLDataType.CLOB),
                OWNER,
                field(
                        "state",
                        SQLDataType.CLOB.asConvertedDataType(Converter.ofNullable(
                                String.class, Job.State.class, Job.State::valueOf, Job.State::name))),
                PRIORITY,
                field("estimate", SQLDataType.DOUBLE),
                ARCHIVED,
                field(
                        "created",
                        texts
                                ? SQLDataType.CLOB.asConvertedDataType(Converter.ofNullable(
                                        String.class, Instant.class, Instant::parse, Instant::toString))
                                : SQLDataType.INSTANT),
                field(
                        "due",
                        texts
                                ? SQLDataType.CLOB.asConvertedDataType(Converter.ofNullable(
                                        String.class, LocalDate.class, LocalDate::parse, LocalDate::toString))
                                : SQLDataType.LOCALDATE),
                field("note", SQLDataType.CLOB));
    }

    private static <T> Field<T> field(String name, DataType<T> type) {
        return DSL.field(DSL.name(name), type);
    }

    @Override
    public String name() {
        return database.name("jOOQ");
    }

    @Override
    public void open(Path directory) throws IOException, SQLException {
        pool = database.pool(directory);
        sql = DSL.using(
                pool,
                database == Database.SQLITE ? SQLDialect.SQLITE : SQLDialect.POSTGRES,
                new Settings().withExecuteLogging(false));
        sql.execute(database.table());
        sql.execute(Database.INDEX);
    }

    private static Object[] values(Job job) {
        return new Object[] {
            job.id(),
            job.title(),
            job.owner(),
            job.state(),
            job.priority(),
            job.estimate(),
            job.archived(),
            job.created(),
            job.due(),
            job.note()
        };
    }

    private Insert<Record> upsert(DSLContext context, Object[] values) {
        Map<Field<?>, Object> changes = new LinkedHashMap<>();
        for (Field<?> field : fields.subList(1, fields.size())) {
            changes.put(field, DSL.excluded(field));
        }
        return context.insertInto(JOB)
                .columns(fields)
                .values(values)
                .onConflict(ID)
                .doUpdate()
                .set(changes);
    }

    @Override
    public void load(List<Job> jobs) {
        sql.transaction(configuration -> {
            DSLContext context = configuration.dsl();
            BatchBindStep batch = context.batch(upsert(context, new Object[fields.size()]));
            for (Job job : jobs) {
                batch = batch.bind(values(job));
            }
            batch.execute();
        });
    }

    @Override
    public void save(Job job) {
        upsert(sql, values(job)).execute();
    }

    private SelectWhereStep<Record> select(DSLContext context) {
        return context.select(fields).from(JOB);
    }

    @Override
    public Job find(String id) {
        return select(sql).where(ID.eq(id)).fetchSingleInto(Job.class);
    }

    @Override
    public List<Job> byOwner(String owner) {
        return select(sql).where(OWNER.eq(owner)).fetchInto(Job.class);
    }

    @Override
    public List<Job> scan(int priority) {
        return select(sql).where(PRIORITY.ge(priority).and(ARCHIVED.isFalse())).fetchInto(Job.class);
    }

    @Override
    public void each(Consumer<Job> reader) {
        sql.transaction(configuration -> {
            try (Cursor<Record> rows =
                    select(configuration.dsl()).fetchSize(Database.FETCHED_ROWS).fetchLazy()) {
                while (rows.hasNext()) {
                    rows.fetchNext(Database.FETCHED_ROWS).into(Job.class).forEach(reader);
                }
            }
        });
    }

    @Override
    public void close() {
        pool.close();
    }
}
