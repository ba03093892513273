from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import merge_views, views

app_name = "taxonomy"
urlpatterns = [
    path(_("workbench/subjects/"), views.tree, name="tree"),
    path(_("workbench/subjects/new/<slug:scheme>/"), views.add_category, name="add"),
    path(_("workbench/subjects/<int:pk>/"), views.category_detail, name="category"),
    path(_("workbench/subjects/<int:pk>/move/"), views.move, name="move"),
    path(_("workbench/subjects/<int:pk>/words/"), views.words, name="words"),
    path(_("workbench/subjects/<int:pk>/merge/"), merge_views.merge, name="merge"),
    path(_("workbench/subjects/<int:pk>/undo-merger/"), merge_views.undo, name="undo-merger"),
]
