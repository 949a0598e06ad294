package io.github.camelroboflow.delivery.scale.dispatch;

import java.nio.file.Path;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.StartupListener;
import org.apache.camel.cluster.CamelClusterEventListener;
import org.apache.camel.cluster.CamelClusterMember;
import org.apache.camel.cluster.CamelClusterView;
import org.apache.camel.component.file.cluster.FileLockClusterService;
import org.apache.camel.model.ModelCamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The election of the one program whose route from {@code master:} runs, by a lock of a file in a shared folder. Logs who
 * dispatches. Two programs that dispatch at the same time do more work and no harm.
 */
public final class Election implements CamelClusterEventListener.Leadership {

    private static final Logger LOG = LoggerFactory.getLogger(Election.class);
    private static final String SCHEME = "master:";
    /** The time between two tries of the lock. The elected program counts as gone when it is silent for five times as long. */
    private static final int INTERVAL_SECONDS = 2;

    private final Path folder;
    private boolean isWaiting;
    private boolean isElected;

    private Election(Path folder) {
        this.folder = folder;
    }

    private static boolean isNeeded(CamelContext context) {
        return ((ModelCamelContext) context).getRouteDefinitions().stream()
                .anyMatch(route -> route.getInput() != null && String.valueOf(route.getInput().getUri()).startsWith(SCHEME));
    }

    /**
     * Adds the election to a context whose routes were read and have not started, if one of them needs it.
     *
     * @param folder a folder that all candidates share; it is made at the start
     * @param name   the name in the address of the route, and of the lock's file
     */
    public static void addTo(CamelContext context, Path folder, String name) {
        if (!isNeeded(context) || context.hasService(FileLockClusterService.class) != null) {
            return;
        }
        FileLockClusterService service = new FileLockClusterService();
        service.setRoot(folder.toString());
        service.setAcquireLockInterval(INTERVAL_SECONDS, TimeUnit.SECONDS);
        Election election = new Election(folder);
        try {
            context.addService(service);
            context.addStartupListener(new StartupListener() {
                @Override
                public void onCamelContextStarted(CamelContext started, boolean alreadyStarted) throws Exception {
                    election.watch(started, service.getView(name));
                }
            });
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
    }

    private void watch(CamelContext context, CamelClusterView view) {
        view.addEventListener(this);
        ScheduledExecutorService thread = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this,
                "roboflow-election");
        thread.schedule(this::logWaiting, 2 * INTERVAL_SECONDS, TimeUnit.SECONDS);
        thread.shutdown();
    }

    private synchronized void logWaiting() {
        if (!isElected && !isWaiting) {
            isWaiting = true;
            LOG.info("Another program dispatches. This one waits, and takes over when that one ends (scale.election={})", folder);
        }
    }

    @Override
    public synchronized void leadershipChanged(CamelClusterView view, CamelClusterMember leader) {
        boolean elected = view.getLocalMember().isLeader();
        if (elected && isWaiting) {
            LOG.info("This program dispatches from now on");
        } else if (!elected && isElected) {
            LOG.warn("This program does not dispatch any more, since it lost the lock in {}", folder);
        }
        isWaiting = !elected && (isElected || isWaiting);
        isElected = elected;
    }
}
