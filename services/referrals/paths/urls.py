from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import edit_views, views

app_name = "paths"
urlpatterns = [
    path(_("service-paths/"), views.paths, name="paths"),
    path(_("service-paths/new/"), edit_views.add_path, name="add"),
    path(_("service-paths/<int:pk>-<slug:slug>/"), views.path, name="path"),
    path(_("service-paths/<int:pk>/edit/"), edit_views.edit_path, name="edit"),
    path(_("service-paths/<int:pk>/publish/"), edit_views.publish, name="publish"),
    path(_("service-paths/<int:pk>/remove/"), edit_views.remove_path, name="remove"),
    path(_("service-paths/<int:pk>/steps/new/"), edit_views.add_step, name="add-step"),
    path(_("service-paths/steps/<int:pk>/"), edit_views.edit_step, name="step"),
    path(_("service-paths/steps/<int:pk>/move/"), edit_views.move_step, name="move-step"),
    path(_("service-paths/steps/<int:pk>/remove/"), edit_views.remove_step, name="remove-step"),
]
