package timdoan;

import java.util.List;
import org.apache.lucene.index.FieldInvertState;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.similarities.Similarity;
import org.opensearch.index.IndexModule;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.SearchPlugin;

/**
 * What the engine needs of OpenSearch for scores that equal those of any other engine: fields that keep the exact number
 * of their tokens (similarity {@value #SIMILARITY}), and a query that scores by them ({@value LeafQueryBuilder#NAME}).
 */
public class ScoringPlugin extends Plugin implements SearchPlugin {
  static final String SIMILARITY = "timdoan_lengths";

  @Override
  public void onIndexModule(IndexModule module) {
    module.addSimilarity(SIMILARITY, (settings, version, scripts) -> new ExactLengths(0, 0, 0));
  }

  @Override
  public List<QuerySpec<?>> getQueries() {
    return List.of(new QuerySpec<>(LeafQueryBuilder.NAME, LeafQueryBuilder::new, LeafQueryBuilder::parse));
  }

  /**
   * {@code boost * tf / (tf + floor + step * length)}, where {@code boost} is what a leaf is worth at most. Of two
   * paragraphs with as many occurrences the shorter one never scores less, and more occurrences never score less, as
   * Lucene needs to skip what cannot compete.
   */
  static final class ExactLengths extends Similarity {
    private final double boost, floor, step;

    ExactLengths(double boost, double floor, double step) {
      this.boost = boost;
      this.floor = floor;
      this.step = step;
    }

    @Override
    public long computeNorm(FieldInvertState state) {
      return Math.max(1, state.getLength());
    }

    @Override
    public SimScorer scorer(float ignored, CollectionStatistics collection, TermStatistics... terms) {
      return new SimScorer() {
        @Override
        public float score(float frequency, long length) {
          return (float) (boost * frequency / (frequency + floor + step * length));
        }
      };
    }
  }
}
