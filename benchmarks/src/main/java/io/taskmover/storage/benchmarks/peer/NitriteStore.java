package io.taskmover.storage.benchmarks.peer;

import io.taskmover.storage.benchmarks.Contender;
import io.taskmover.storage.benchmarks.Job;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.dizitart.no2.Nitrite;
import org.dizitart.no2.NitriteBuilder;
import org.dizitart.no2.collection.Document;
import org.dizitart.no2.common.mapper.EntityConverter;
import org.dizitart.no2.common.mapper.NitriteMapper;
import org.dizitart.no2.filters.Filter;
import org.dizitart.no2.filters.FluentFilter;
import org.dizitart.no2.index.IndexType;
import org.dizitart.no2.mvstore.MVStoreModule;
import org.dizitart.no2.repository.EntityDecorator;
import org.dizitart.no2.repository.EntityId;
import org.dizitart.no2.repository.EntityIndex;
import org.dizitart.no2.repository.ObjectRepository;

/**
 * Nitrite with a converter written by hand, its fastest mapping. On MVStore each save is followed by a commit, which
 * writes to the file and, unlike the others' commits, does not sync it.
 */
public final class NitriteStore implements Contender {
    private final boolean inMemory;
    private Nitrite db;
    private ObjectRepository<Job> jobs;

    public NitriteStore(boolean inMemory) {
        this.inMemory = inMemory;
    }

    @Override
    public String name() {
        return inMemory ? "Nitrite in memory" : "Nitrite on MVStore";
    }

    @Override
    public void open(Path directory) {
        NitriteBuilder builder =
                Nitrite.builder().registerEntityConverter(new JobConverter()).disableRepositoryTypeValidation();
        if (!inMemory) {
            builder.loadModule(MVStoreModule.withConfig()
                    .filePath(directory.resolve("jobs.nitrite").toString())
                    .build());
        }
        db = builder.openOrCreate();
        jobs = db.getRepository(new JobDecorator());
    }

    private void commit() {
        if (!inMemory) {
            db.commit();
        }
    }

    @Override
    public void load(List<Job> batch) {
        Job[] rest = batch.subList(1, batch.size()).toArray(new Job[0]);
        jobs.insert(batch.get(0), rest);
        commit();
    }

    @Override
    public Job find(String id) {
        return jobs.getById(id);
    }

    @Override
    public void save(Job job) {
        jobs.update(job, true);
        commit();
    }

    @Override
    public List<Job> byOwner(String owner) {
        return jobs.find(FluentFilter.where("owner").eq(owner)).toList();
    }

    @Override
    public List<Job> scan(int priority) {
        Filter filter = FluentFilter.where("priority")
                .gte(priority)
                .and(FluentFilter.where("archived").eq(false));
        return jobs.find(filter).toList();
    }

    @Override
    public void close() {
        db.close();
    }

    private static final class JobDecorator implements EntityDecorator<Job> {
        @Override
        public Class<Job> getEntityType() {
            return Job.class;
        }

        @Override
        public EntityId getIdField() {
            return new EntityId("id");
        }

        @Override
        public List<EntityIndex> getIndexFields() {
            return List.of(new EntityIndex(IndexType.NON_UNIQUE, "owner"));
        }
    }

    private static final class JobConverter implements EntityConverter<Job> {
        @Override
        public Class<Job> getEntityType() {
            return Job.class;
        }

        @Override
        public Document toDocument(Job job, NitriteMapper mapper) {
            return Document.createDocument("id", job.id())
                    .put("title", job.title())
                    .put("owner", job.owner())
                    .put("state", job.state().name())
                    .put("priority", job.priority())
                    .put("estimate", job.estimate())
                    .put("archived", job.archived())
                    .put("created", job.created().toEpochMilli())
                    .put("due", job.due().toEpochDay())
                    .put("note", job.note());
        }

        @Override
        public Job fromDocument(Document document, NitriteMapper mapper) {
            return new Job(
                    document.get("id", String.class),
                    document.get("title", String.class),
                    document.get("owner", String.class),
                    Job.State.valueOf(document.get("state", String.class)),
                    document.get("priority", Integer.class),
                    document.get("estimate", Double.class),
                    document.get("archived", Boolean.class),
                    Instant.ofEpochMilli(document.get("created", Long.class)),
                    LocalDate.ofEpochDay(document.get("due", Long.class)),
                    document.get("note", String.class));
        }
    }
}
