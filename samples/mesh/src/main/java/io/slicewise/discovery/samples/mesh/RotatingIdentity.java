package io.slicewise.discovery.samples.mesh;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The identity that lies in {@link CertificateFiles}, kept up to date. Files that cannot be used
 * cost nothing but a line in the log: the last good identity goes on. Thread safe.
 *
 * <p>It looks at the content every now and then: that works on every kind of volume, for files that
 * are replaced one by one, renamed, or swapped together behind a symbolic link.
 */
public final class RotatingIdentity implements AutoCloseable {

  private static final Logger LOGGER = System.getLogger(RotatingIdentity.class.getName());

  private final CertificateFiles files;
  private final Future<?> checks;
  private final List<Consumer<Identity>> listeners = new CopyOnWriteArrayList<>();
  private CertificateFiles.Content loaded; // guarded by this, as is problem
  private String problem = "";
  private volatile Identity current;
  private volatile int rotations; // writes guarded by this

  /**
   * Loads the identity and begins to look for newer ones.
   *
   * @param timer looks; not shut down with this
   * @param interval between two looks, above zero
   * @throws IOException if a file cannot be read
   * @throws GeneralSecurityException if what is there is no identity
   */
  public RotatingIdentity(CertificateFiles files, ScheduledExecutorService timer, Duration interval)
      throws IOException, GeneralSecurityException {
    if (interval.isNegative() || interval.isZero()) {
      throw new IllegalArgumentException("interval: " + interval + " (expected: > 0)");
    }
    this.files = requireNonNull(files, "files");
    loaded = files.read();
    current = files.identity(loaded);
    checks =
        timer.scheduleWithFixedDelay(
            this::reload, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The last good identity. One volatile read. */
  public Identity current() {
    return current;
  }

  /** How often the identity was replaced; its listeners have heard of all these. */
  public int rotations() {
    return rotations;
  }

  /**
   * Has every later identity told to a listener, for servers that hold one. It runs where the files
   * are read and must be quick; what it throws is logged.
   */
  public void onChange(Consumer<Identity> listener) {
    listeners.add(requireNonNull(listener, "listener"));
  }

  /** Looks now, and returns whether there is a new identity. */
  public synchronized boolean reload() {
    try {
      CertificateFiles.Content read = files.read();
      if (read.equals(loaded)) {
        problem = "";
        return false;
      }
      current = files.identity(read);
      loaded = read;
      problem = "";
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      keep(e); // whatever it is, the next look may find better
      return false;
    }
    LOGGER.log(Level.INFO, "{0}: now {1}", files.directory(), current);
    listeners.forEach(this::tell);
    rotations++;
    return true;
  }

  /** Says so once, however often the same is seen. */
  private void keep(Exception failure) {
    String now = failure.toString();
    if (!now.equals(problem)) {
      problem = now;
      String reason =
          failure instanceof GeneralSecurityException ? failure.getMessage() : "not read: " + now;
      LOGGER.log(Level.WARNING, "{0}: {1}; still {2}", files.directory(), reason, current);
    }
  }

  private void tell(Consumer<Identity> listener) {
    try {
      listener.accept(current);
    } catch (RuntimeException e) {
      LOGGER.log(Level.WARNING, files.directory() + ": a listener failed", e);
    }
  }

  /** Looks no more; the identity stays what it is. Idempotent. */
  @Override
  public void close() {
    checks.cancel(false);
  }
}
