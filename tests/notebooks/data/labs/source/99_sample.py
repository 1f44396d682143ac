# ---
# jupyter:
#   lab:
#     title: Sample
#     minutes: 5
#     fast_seconds: 30
#     full_seconds: 30
# ---

# %% [markdown]
# # Lab 99: Sample
#
# A lab that no learner sees. It goes through everything that the pipeline does, in a few cells:
# pictures, tables, exercises, measurements and a progress bar that leaves nothing behind.

# %% [markdown]
# ## What you will build
#
# - [A picture says what it shows](#A-picture-says-what-it-shows)
# - [A reading differs in two places](#A-reading-differs-in-two-places)
# - [A claim holds for every seed](#A-claim-holds-for-every-seed)

# %% [markdown]
# ## Time and requirements
#
# Five minutes, and nothing to install.

# %% tags=["setup"]
# The builder puts the set-up cell here.

# %% tags=["parameters"]
PROFILE = "fast"
SEED = 0

# %%
import numpy as np

from lab_utils import canvas, exercises, figures, progress_bar, record, seed_everything

seed_everything(SEED)

# %% [markdown]
# ## A picture says what it shows
#
# Below the picture stands a line of facts.

# %%
figure, axes = figures.plot(height=2.4)
axes.plot([0, 1, 2], [3.0, 1.0, 0.5], label="loss")
axes.set(xlabel="step", ylabel="loss", title="The loss falls")
figures.show(figure, alt="A curve that falls from three to a half in two steps")
assert axes.get_title(loc="left") or axes.get_title(), "a plot has a title"

# %%
pad = canvas.draw()
line = pad.image()
figures.show(figures.image(line), alt="A line of handwriting, drawn or by default")

# %% [markdown]
# ## A reading differs in two places

# %%
figures.diff("hello world", "helo wurld")
figures.table(("what", "how many"), [("wrong", 1), ("lost", 1)], caption="Errors")
assert len("hello world") - len("helo wurld") == 1, "one character is lost"

# %% [markdown]
# ### Exercise ★: collapse a path
#
# A reader names a class for each frame. Merge equal neighbours, then drop the blanks.


# %% exercise="99-collapse"
def collapse(path):
    """Merge equal neighbours, then drop the blanks, which are 0."""
    ### solution
    kept = [now for before, now in zip([None, *path], path, strict=False) if now != before]
    return [item for item in kept if item != 0]
    ### end


# %%
exercises.check("99-collapse")

# %% exercise="99-blank"
### solution: blank = ...
blank = 0
### end

# %%
exercises.check("99-blank")

# %% [markdown]
# ## A claim holds for every seed

# %%
rng = np.random.default_rng(SEED)
means = [rng.normal(size=1000).mean() for _ in progress_bar(range(5), "Drawing")]
largest = record("largest_mean", max(map(abs, means)), 0.0, 0.25)
print(f"The largest of five means is below 0.25: {largest < 0.25}")

# %% [markdown]
# ## What you have built
#
# | name | what it does |
# |---|---|
# | `collapse` | merges and drops |

# %% [markdown]
# ## Where this goes wrong in production
#
# Somebody edits the notebook instead of its source.

# %% [markdown]
# ## Next lab
#
# There is none.
