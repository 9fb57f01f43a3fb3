package io.taskmover.storage.benchmarks.peer;

import io.taskmover.storage.benchmarks.Contender;
import io.taskmover.storage.benchmarks.Job;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import tools.jackson.databind.json.JsonMapper;

/** RocksDB with JSON values and synced writes; the index is kept by hand under keys {@code o/<owner>/<id>}. */
public final class RocksJackson implements Contender {
    private final JsonMapper mapper = JsonMapper.builder().build();
    private Options options;
    private WriteOptions synced;
    private RocksDB db;

    @Override
    public String name() {
        return "RocksDB + Jackson";
    }

    @Override
    public void open(Path directory) throws RocksDBException {
        RocksDB.loadLibrary();
        options = new Options().setCreateIfMissing(true);
        synced = new WriteOptions().setSync(true);
        db = RocksDB.open(options, directory.resolve("rocks").toString());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void load(List<Job> jobs) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            for (Job job : jobs) {
                batch.put(bytes("j/" + job.id()), mapper.writeValueAsBytes(job));
                batch.put(bytes("o/" + job.owner() + "/" + job.id()), new byte[0]);
            }
            db.write(synced, batch);
        }
    }

    @Override
    public Job find(String id) throws RocksDBException {
        return mapper.readValue(db.get(bytes("j/" + id)), Job.class);
    }

    @Override
    public void save(Job job) throws RocksDBException {
        byte[] key = bytes("j/" + job.id());
        byte[] before = db.get(key);
        try (WriteBatch batch = new WriteBatch()) {
            if (before != null) {
                String owner = mapper.readValue(before, Job.class).owner();
                if (!owner.equals(job.owner())) {
                    batch.delete(bytes("o/" + owner + "/" + job.id()));
                }
            }
            batch.put(key, mapper.writeValueAsBytes(job));
            batch.put(bytes("o/" + job.owner() + "/" + job.id()), new byte[0]);
            db.write(synced, batch);
        }
    }

    @Override
    public List<Job> byOwner(String owner) throws RocksDBException {
        String prefix = "o/" + owner + "/";
        List<Job> found = new ArrayList<>();
        try (RocksIterator keys = db.newIterator()) {
            for (keys.seek(bytes(prefix)); keys.isValid(); keys.next()) {
                String key = new String(keys.key(), StandardCharsets.UTF_8);
                if (!key.startsWith(prefix)) {
                    break;
                }
                found.add(find(key.substring(prefix.length())));
            }
        }
        return found;
    }

    @Override
    public List<Job> scan(int priority) {
        List<Job> found = new ArrayList<>();
        try (RocksIterator rows = db.newIterator()) {
            for (rows.seek(bytes("j/")); rows.isValid() && rows.key()[0] == 'j'; rows.next()) {
                Job job = mapper.readValue(rows.value(), Job.class);
                if (job.priority() >= priority && !job.archived()) {
                    found.add(job);
                }
            }
        }
        return found;
    }

    @Override
    public void close() {
        db.close();
        synced.close();
        options.close();
    }
}
